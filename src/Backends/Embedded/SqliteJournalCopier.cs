using Microsoft.Data.Sqlite;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>Copies of a journal file. A read transaction of the write-ahead log is one moment, whoever writes meanwhile.</summary>
/// <param name="path">The file.</param>
/// <param name="notice">Told, in one line each, what was amiss and is passed over.</param>
public sealed class SqliteJournalCopier(string path, Action<string>? notice = null) : IJournalCopier
{
    readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc />
    public string Description => $"sqlite:{_path}";

    /// <inheritdoc />
    public Task ReadAsync(Func<JournalMoment, IAsyncEnumerable<JournalEntry>, Task> take, CancellationToken cancellationToken) =>
        TriedAsync(async () =>
        {
            if (!File.Exists(_path)) throw new JournalException($"{_path}: there is no journal to copy; check --state or --journal", false);
            using var tables = JournalTables.Open(_path);
            tables.Run("begin");
            var (epoch, last) = tables.Head();
            var choice = SnapshotChoice.Among(
                tables.Snapshots(), last, tables.FirstEntry(), found => JournalFailure.Damaged(_path, found));
            if (choice.Notice is { } passedOver) notice?.Invoke($"{_path}: {passedOver}");
            var moment = new JournalMoment(epoch, last, choice.Sequence, choice.State);
            var pages = new JournalPages(
                (after, count) => Task.Run(() => tables.Page(after, count), cancellationToken), tables.Missing);
            await take(moment, pages.AfterAsync(moment.SnapshotSequence, moment.Last, cancellationToken));
            tables.Run("rollback");
            return true;
        });

    /// <inheritdoc />
    public Task CheckEmptyAsync(CancellationToken cancellationToken) => TriedAsync(() =>
    {
        if (!File.Exists(_path)) return Task.FromResult(true);
        using var tables = JournalTables.Open(_path);
        return Task.FromResult(EmptyHead(tables).Last == 0);
    });

    /// <inheritdoc />
    public Task<long> FillAsync(JournalMoment moment, IAsyncEnumerable<JournalEntry> entries, CancellationToken cancellationToken) =>
        TriedAsync(async () =>
        {
            using var tables = JournalTables.Open(_path);
            using var turn = tables.Begin();
            var head = EmptyHead(tables);
            var epoch = Math.Max(moment.Epoch, head.Epoch + 1);
            await foreach (var entry in entries.WithCancellation(cancellationToken)) tables.Insert(entry);
            if (moment.SnapshotSequence > 0) tables.Keep(moment.SnapshotSequence, moment.Snapshot, moment.SnapshotSequence);
            tables.MoveHead(head, (epoch, moment.Last));
            turn.Commit();
            return epoch;
        });

    (long Epoch, long Last) EmptyHead(JournalTables tables)
    {
        var head = tables.Head();
        if (head.Last == 0 && tables.FirstEntry() == 0) return head;
        throw JournalCopies.NotEmpty(_path, head.Last, "give another --state or --journal, or move it away with its -wal and -shm");
    }

    async Task<T> TriedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw JournalFailure.Of(_path, error);
        }
    }
}
