using System.Text.Json.Nodes;
using Npgsql;
using StyleFarm.EndToEnd.Tests.Cluster;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>A node's claim on a cell, as the journal says it.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Node">The node.</param>
/// <param name="At">When the row was seen: a timestamp of this process.</param>
sealed record CellClaim(int Attempt, string Node, long At);

/// <summary>A shard is given to a node.</summary>
/// <param name="At">When the row was seen: a timestamp of this process.</param>
/// <param name="RoomAt">When the node last got rid of a shard, and so had room for this one.</param>
sealed record Placement(long At, long RoomAt);

/// <summary>A cell, as the journal says it.</summary>
/// <param name="job">That found it first.</param>
sealed class JournalCell(string job)
{
    public string Job => job;

    /// <summary>What happened to it, for people.</summary>
    public List<string> Story { get; } = [];

    public List<CellClaim> Claims { get; } = [];

    /// <summary>The attempt that counts; 0: none yet.</summary>
    public int Accepted { get; set; }

    public bool IsPublished { get; set; }

    /// <summary>Why it was given up; null: it was not.</summary>
    public string? GaveUp { get; set; }

    /// <summary>The node that has it now.</summary>
    public string? Holder { get; set; }
}

/// <summary>
/// Follows the journal's rows from outside, in a fold of its own, and fails as soon as they contradict each other: gaps, a cell accepted
/// twice or under another attempt than its last, a claim on what is accepted. Waits while the database is away.
/// </summary>
sealed class JournalWatch : IAsyncDisposable
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    readonly Lock _gate = new();
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<string, JournalCell> _cells = [];
    readonly Dictionary<long, HashSet<string>> _shards = [];
    readonly Dictionary<string, string> _jobs = [];
    readonly List<Placement> _placed = [];
    readonly Dictionary<string, long> _room = [];
    readonly JournalRows _rows;
    readonly Task _loop;
    long _last;
    (string? Holder, long Term) _leader;

    /// <param name="rows">The journal.</param>
    public JournalWatch(JournalRows rows)
    {
        _rows = rows;
        _loop = Task.Run(FollowAsync);
    }

    /// <summary>What contradicts itself; null: nothing.</summary>
    public string? Broken { get; private set; }

    /// <summary>Rows read.</summary>
    public long Records => Read(() => _last);

    /// <summary>Who leads, and how often the lead has changed.</summary>
    public (string? Holder, long Term) Leader => Read(() => _leader);

    /// <summary>The shards that were placed, in order.</summary>
    public IReadOnlyList<Placement> Placed => Read(() => _placed.ToList());

    /// <summary>Cells accepted so far.</summary>
    public int Accepted => Read(() => _cells.Values.Count(cell => cell.Accepted > 0));

    /// <summary>Cells that stand given up.</summary>
    public IReadOnlyList<JournalCell> GivenUp => Read(() => _cells.Values.Where(cell => cell.GaveUp is not null).ToList());

    /// <summary>The jobs and where they stand.</summary>
    public IReadOnlyDictionary<string, string> Jobs => Read(() => new Dictionary<string, string>(_jobs));

    /// <summary>All cells; not to be looked at while they may change.</summary>
    public IReadOnlyDictionary<string, JournalCell> Cells => _cells;

    /// <summary>The cells that a node has now.</summary>
    public IReadOnlyList<string> HeldBy(string node) =>
        Read(() => _cells.Where(cell => cell.Value.Holder == node).Select(cell => cell.Key).ToList());

    /// <summary>When the last of these cells was claimed, or accepted, after a moment; null while one of them was not.</summary>
    public long? ResumedAfter(IEnumerable<string> cells, long moment) => Read(() =>
    {
        long? last = moment;
        foreach (var cell in cells.Select(id => _cells[id]))
        {
            if (cell.Accepted > 0) continue;
            var claim = cell.Claims.FirstOrDefault(claim => claim.At > moment);
            if (claim is null) return null;
            last = Math.Max(last.Value, claim.At);
        }

        return last;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    T Read<T>(Func<T> read)
    {
        lock (_gate) return read();
    }

    async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _rows.OpenAsync(_stop.Token);
                while (true)
                {
                    await LookAsync(connection);
                    await Task.Delay(Glance, TimeProvider.System, _stop.Token);
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                // The database is away, or the tables are not there yet.
                await Task.WhenAny(Task.Delay(Glance, TimeProvider.System, _stop.Token));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task LookAsync(NpgsqlConnection connection)
    {
        var leader = await _rows.LeaderAsync(connection, _stop.Token);
        lock (_gate) _leader = leader;
        await foreach (var row in _rows.AfterAsync(connection, _last, _stop.Token))
            lock (_gate) Apply(row.Sequence, row.Kind, row.Body);
    }

    void Apply(long sequence, string kind, JsonNode body)
    {
        Require(sequence == _last + 1, $"record {sequence} follows {_last}");
        _last = sequence;
        switch (kind)
        {
            case "job-submitted": _jobs[(string)body["spec"]!["id"]!] = "active"; break;
            case "job-status-changed": _jobs[(string)body["job"]!] = (string)body["status"]!; break;
            case "cells-found":
                foreach (var cell in body["page"]!["cells"]?.AsArray() ?? [])
                    _cells.TryAdd((string)cell!["id"]!, new JournalCell((string)body["job"]!));
                break;
            case "shard-formed":
                _shards[(long)body["shard"]!] = [.. body["cells"]!.AsArray().Select(cell => (string)cell!)];
                break;
            case "shard-leased": Lease(body["lease"]!); break;
            case "shard-released": Release((long)body["lease"]!["shard"]!, (string)body["reason"]!); break;
            case "cells-acquitted":
                foreach (var cell in body["cells"]!.AsArray()) _cells[(string)cell!].Story.Add($"{body["node"]} lives");
                break;
            case "shard-dissolved": _shards.Remove((long)body["shard"]!); break;
            case "cell-accepted": Accept((string)body["cell"]!, (int)body["attempt"]!); break;
            case "cell-published": Publish((string)body["cell"]!); break;
            case "cell-attempt-failed": Leave((string)body["cell"]!); break;
            case "cell-gave-up":
                Leave((string)body["cell"]!);
                _cells[(string)body["cell"]!].GaveUp = (string)body["message"]!;
                break;
            case "cells-retried":
                foreach (var cell in body["cells"]!.AsArray()) _cells[(string)cell!].GaveUp = null;
                break;
        }
    }

    void Lease(JsonNode lease)
    {
        _placed.Add(new Placement(TimeProvider.System.GetTimestamp(), _room.GetValueOrDefault((string)lease["node"]!)));
        foreach (var id in _shards[(long)lease["shard"]!])
        {
            var cell = _cells[id];
            Require(cell.Accepted == 0, $"cell {id} was given out after attempt {cell.Accepted} of it had been accepted");
            cell.Holder = (string)lease["node"]!;
            cell.Story.Add($"given to {cell.Holder}");
            cell.Claims.Add(new CellClaim(cell.Claims.Count + 1, cell.Holder, TimeProvider.System.GetTimestamp()));
        }
    }

    void Release(long shard, string reason)
    {
        foreach (var cell in _shards[shard].Select(id => _cells[id]))
        {
            MakeRoom(cell);
            cell.Story.Add(reason);
        }
    }

    void Accept(string id, int attempt)
    {
        var cell = _cells[id];
        Require(cell.Accepted == 0, $"cell {id} was accepted twice, as attempt {cell.Accepted} and {attempt}");
        Require(attempt >= 1 && attempt <= cell.Claims.Count, $"cell {id}: attempt {attempt} of {cell.Claims.Count} was accepted");
        cell.Accepted = attempt;
        Leave(id);
    }

    void Publish(string id)
    {
        Require(_cells[id] is { Accepted: > 0, IsPublished: false }, $"cell {id} was published twice, or before it was accepted");
        _cells[id].IsPublished = true;
    }

    void Leave(string id)
    {
        MakeRoom(_cells[id]);
        foreach (var shard in _shards.Values) shard.Remove(id);
    }

    void MakeRoom(JournalCell cell)
    {
        if (cell.Holder is { } node) _room[node] = TimeProvider.System.GetTimestamp();
        cell.Holder = null;
    }

    void Require(bool isSo, string otherwise)
    {
        if (!isSo) Broken ??= $"the journal's record {_last}: {otherwise}";
    }
}
