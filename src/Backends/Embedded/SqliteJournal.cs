using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// A journal in one SQLite file with a write-ahead log: what is acknowledged has reached the disk. Every record has a checksum, and the
/// head row names the last one, so that nothing is changed or lost unseen. The newest two snapshots are kept, with all records since the
/// older one: when the newer is damaged, the older still leads to the present.
/// </summary>
/// <param name="path">The file; made when it is missing. Its <c>-wal</c> and <c>-shm</c> beside it belong to it.</param>
/// <param name="notice">Told, in one line each, what was amiss and is mended.</param>
public sealed class SqliteJournal(string path, Action<string>? notice = null) : IJournal
{
    readonly string _path = Path.GetFullPath(path);
    readonly SemaphoreSlim _turn = new(1);
    JournalTables? _tables;
    long _epoch;
    long _kept;

    /// <inheritdoc />
    public string Description => $"sqlite:{_path}";

    /// <inheritdoc />
    public Task<JournalStart> OpenAsync(CancellationToken cancellationToken) => TurnAsync(Open, cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await TurnAsync(() => Tables.Head().Last, cancellationToken);
        var pages = new JournalPages(
            (after, count) => TurnAsync(() => Tables.Page(after, count), cancellationToken), (first, end) => Tables.Missing(first, end));
        await foreach (var entry in pages.AfterAsync(afterSequence, last, cancellationToken)) yield return entry;
    }

    /// <inheritdoc />
    public Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken)
    {
        JournalPages.CheckOrder(entries);
        return entries.Count == 0 ? Task.CompletedTask : TurnAsync(() => Append(entries), cancellationToken);
    }

    /// <inheritdoc />
    public Task RenewAsync(CancellationToken cancellationToken) => TurnAsync(
        () => Tables.Head().Epoch is var epoch && epoch == _epoch ? true : throw JournalFailure.Overtaken(_path, _epoch, epoch), cancellationToken);

    /// <inheritdoc />
    public Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken) =>
        TurnAsync(() => Save(sequence, state), cancellationToken);

    /// <summary>Waits for the call that is under way, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _tables?.Dispose();
        _tables = null;
        _turn.Release();
    }

    JournalTables Tables => _tables ?? throw new InvalidOperationException($"{Description} is not open");

    JournalStart Open()
    {
        _tables?.Dispose();
        _tables = null;
        if (Directory.Exists(_path)) throw JournalFailure.Of(_path, new IOException("is a folder"));
        var tables = JournalTables.Open(_path);
        try
        {
            using var turn = tables.Begin();
            var head = tables.Head();
            var (sequence, state, _) = Snapshot(tables, head.Last);
            (_epoch, _kept) = (head.Epoch + 1, sequence);
            tables.MoveHead(head, (_epoch, head.Last));
            turn.Commit();
            _tables = tables;
            return new JournalStart(_epoch, sequence, state);
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    SnapshotChoice Snapshot(JournalTables tables, long last)
    {
        var choice = SnapshotChoice.Among(
            tables.Snapshots(), last, tables.FirstEntry(), found => JournalFailure.Damaged(_path, found));
        if (choice.Notice is { } passedOver) notice?.Invoke($"{_path}: {passedOver}");
        return choice;
    }

    bool Append(IReadOnlyList<JournalEntry> entries)
    {
        using var turn = Tables.Begin();
        var before = entries[0].Sequence - 1;
        if (!Tables.MoveHead((_epoch, before), (_epoch, before + entries.Count))) throw NotTheWriter(before);
        foreach (var entry in entries) Tables.Insert(entry);
        turn.Commit();
        return true;
    }

    JournalException NotTheWriter(long before)
    {
        var head = Tables.Head();
        return head.Epoch != _epoch
            ? JournalFailure.Overtaken(_path, _epoch, head.Epoch)
            : new JournalException(
                $"{_path}: record {before + 1} does not follow the last one, {head.Last}; start the coordinator anew", isTransient: false);
    }

    bool Save(long sequence, ReadOnlyMemory<byte> state)
    {
        using var turn = Tables.Begin();
        var head = Tables.Head();
        if (head.Epoch != _epoch) throw JournalFailure.Overtaken(_path, _epoch, head.Epoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, head.Last);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, Math.Max(1, _kept));
        Tables.Keep(sequence, state, _kept);
        turn.Commit();
        _kept = sequence;
        return true;
    }

    async Task<T> TurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw JournalFailure.Of(_path, error);
        }
        finally
        {
            _turn.Release();
        }
    }
}
