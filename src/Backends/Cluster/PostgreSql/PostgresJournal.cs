using System.Runtime.CompilerServices;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// A journal in PostgreSQL. One row, the head, names the writer's epoch and the last record; each append moves it on, so that a writer of
/// an earlier epoch can write nothing, however late it wakes. Every record has a checksum. The newest two snapshots are kept, with all
/// records since the older one. After a failure that time may mend, what the last append did is not known: open the journal anew.
/// </summary>
public sealed class PostgresJournal : IJournal
{
    readonly PostgresAddress _at;
    readonly PostgresLeadership? _leadership;
    readonly Action<string>? _notice;
    readonly PostgresSchema _schema;
    readonly SemaphoreSlim _turn = new(1);
    PostgresTables? _tables;
    bool _hasBroken;
    bool _isIdle;
    long _epoch;
    long _kept;

    /// <summary>A journal whose opening takes over from whoever writes, or one that only the leader can open.</summary>
    /// <param name="at">Where.</param>
    /// <param name="leadership">Of the same address: opening fails unless it leads. Null: opening takes the lead from anybody.</param>
    /// <param name="notice">Told, in one line each, what was amiss and is mended.</param>
    public PostgresJournal(PostgresAddress at, PostgresLeadership? leadership = null, Action<string>? notice = null)
        : this(at, leadership, notice, PostgresSchema.Migrations)
    {
    }

    internal PostgresJournal(
        PostgresAddress at, PostgresLeadership? leadership, Action<string>? notice, IReadOnlyList<string> migrations) =>
        (_at, _leadership, _notice, _schema) = (at, leadership, notice, new PostgresSchema(at, migrations));

    /// <inheritdoc />
    public string Description => _at.Description;

    /// <inheritdoc />
    public Task<JournalStart> OpenAsync(CancellationToken cancellationToken) =>
        TurnAsync(() => BeginAsync(cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = await TurnAsync(async () => (await Tables.HeadAsync()).Last, cancellationToken);
        var pages = new JournalPages(
            (after, count) => TurnAsync(() => Tables.PageAsync(after, count), cancellationToken), (first, end) => Tables.Missing(first, end));
        await foreach (var entry in pages.AfterAsync(afterSequence, last, cancellationToken)) yield return entry;
    }

    /// <inheritdoc />
    public Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken)
    {
        JournalPages.CheckOrder(entries);
        return entries.Count == 0 ? Task.CompletedTask : TurnAsync(() => WriteAsync(entries), cancellationToken);
    }

    /// <inheritdoc />
    public Task RenewAsync(CancellationToken cancellationToken) => TurnAsync(
        async () =>
        {
            // Nothing was being written when the connection broke: with another one, all is as it was.
            if (_tables is null && _isIdle) _tables = await PostgresTables.OpenAsync(_at, _schema, cancellationToken);
            var epoch = (await Tables.HeadAsync()).Epoch;
            return epoch == _epoch ? true : throw PostgresFailure.Overtaken(_at, _epoch, epoch);
        },
        cancellationToken, isRead: true);

    /// <inheritdoc />
    public Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        return TurnAsync(() => SaveAsync(sequence, state), cancellationToken);
    }

    /// <summary>Waits for the call that is under way, then closes the connection. The lead stays with the leadership.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await CloseAsync();
        _isIdle = false;
        _turn.Release();
    }

    PostgresTables Tables => _tables ?? throw (_hasBroken
        ? new JournalException($"{Description}: the connection broke before; open the journal anew", isTransient: true)
        : new InvalidOperationException($"{Description} is not open"));

    async Task<JournalStart> BeginAsync(CancellationToken cancellationToken)
    {
        await CloseAsync();
        var tables = await PostgresTables.OpenAsync(_at, _schema, cancellationToken);
        try
        {
            var head = await RaisedAsync(tables, cancellationToken);
            var choice = SnapshotChoice.Among(await tables.SnapshotsAsync(), head.Last, await tables.FirstEntryAsync(), Damaged);
            if (choice.Notice is { } passedOver) _notice?.Invoke($"{Description}: {passedOver}");
            (_tables, _epoch, _kept) = (tables, head.Epoch, choice.Sequence);
            return new JournalStart(_epoch, choice.Sequence, choice.State);
        }
        catch
        {
            await tables.DisposeAsync();
            throw;
        }
    }

    // The head with this writer's epoch. A writer that is overtaken by this may move it on in between.
    async Task<(long Epoch, long Last)> RaisedAsync(PostgresTables tables, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var head = await tables.HeadAsync();
            if (_leadership is not null && await tables.TermAsync() != _leadership.Term)
                throw PostgresFailure.Overtaken(_at, _leadership.Epoch, head.Epoch);
            if (await tables.RaiseEpochAsync(head, _leadership?.Term)) return (head.Epoch + 1, head.Last);
        }
    }

    async Task<bool> WriteAsync(IReadOnlyList<JournalEntry> entries)
    {
        if (await Tables.AppendAsync(_epoch, entries)) return true;
        var head = await Tables.HeadAsync();
        throw head.Epoch != _epoch
            ? PostgresFailure.Overtaken(_at, _epoch, head.Epoch)
            : new JournalException(
                $"{Description}: record {entries[0].Sequence} does not follow the last one, {head.Last}; start the coordinator anew",
                isTransient: false);
    }

    async Task<bool> SaveAsync(long sequence, ReadOnlyMemory<byte> state)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, _kept);
        if (!await Tables.KeepAsync(_epoch, sequence, state, _kept))
        {
            var head = await Tables.HeadAsync();
            throw head.Epoch != _epoch
                ? PostgresFailure.Overtaken(_at, _epoch, head.Epoch)
                : new ArgumentOutOfRangeException(nameof(sequence), sequence, $"there is no such record; the last one is {head.Last}");
        }

        _kept = sequence;
        return true;
    }

    JournalException Damaged(string found) => PostgresFailure.Damaged(_at, found);

    async ValueTask CloseAsync()
    {
        if (_tables is { } tables) await tables.DisposeAsync();
        _tables = null;
    }

    async Task<T> TurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken, bool isRead = false)
    {
        await _turn.WaitAsync(cancellationToken);
        _isIdle = isRead && (_isIdle || _tables is not null);
        try
        {
            return await work();
        }
        catch (Exception error) when (PostgresFailure.IsOfServer(error))
        {
            await CloseAsync();
            _hasBroken = true;
            throw PostgresFailure.Of(_at, error, hasServed: _leadership is not null || _epoch > 0);
        }
        finally
        {
            _turn.Release();
        }
    }
}
