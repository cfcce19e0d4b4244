using Npgsql;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>Copies of a journal in PostgreSQL. A transaction that sees one moment reads it, also from a replica.</summary>
/// <param name="at">Where.</param>
/// <param name="notice">Told, in one line each, what was amiss and is passed over.</param>
public sealed class PostgresJournalCopier(PostgresAddress at, Action<string>? notice = null) : IJournalCopier
{
    readonly PostgresSchema _schema = new(at, PostgresSchema.Migrations);

    /// <inheritdoc />
    public string Description => at.Description;

    /// <inheritdoc />
    public Task ReadAsync(Func<JournalMoment, IAsyncEnumerable<JournalEntry>, Task> take, CancellationToken cancellationToken) =>
        TriedAsync(async connection =>
        {
            if (!await _schema.IsThereAsync(connection, cancellationToken))
                throw new JournalException($"{at.Description}: there is no journal in the schema {at.Schema}; check the address", false);
            // A large snapshot is written to its new place while the transaction waits.
            await PostgresErrand.RunAsync(connection, "set idle_in_transaction_session_timeout = '10min'", cancellationToken);
            await PostgresErrand.RunAsync(connection, "begin isolation level repeatable read read only", cancellationToken);
            var tables = new PostgresTables(at, connection);
            var (epoch, last) = await tables.HeadAsync();
            var choice = SnapshotChoice.Among(
                await tables.SnapshotsAsync(), last, await tables.FirstEntryAsync(), found => PostgresFailure.Damaged(at, found));
            if (choice.Notice is { } passedOver) notice?.Invoke($"{at.Description}: {passedOver}");
            var moment = new JournalMoment(epoch, last, choice.Sequence, choice.State);
            var pages = new JournalPages(tables.PageAsync, tables.Missing);
            await take(moment, pages.AfterAsync(moment.SnapshotSequence, moment.Last, cancellationToken));
            await PostgresErrand.RunAsync(connection, "rollback", cancellationToken);
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public Task CheckEmptyAsync(CancellationToken cancellationToken) => TriedAsync(async connection =>
    {
        await _schema.PrepareAsync(connection, cancellationToken);
        await new PostgresFilling(at, connection).CheckAsync(cancellationToken);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<long> FillAsync(JournalMoment moment, IAsyncEnumerable<JournalEntry> entries, CancellationToken cancellationToken) =>
        TriedAsync(async connection =>
        {
            await _schema.PrepareAsync(connection, cancellationToken);
            return await new PostgresFilling(at, connection).FillAsync(moment, entries, cancellationToken);
        }, cancellationToken);

    Task<T> TriedAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        PostgresErrand.DoAsync(at, PostgresSession.CopierName(at), work, cancellationToken);
}
