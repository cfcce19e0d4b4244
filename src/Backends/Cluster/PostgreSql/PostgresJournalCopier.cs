using System.Runtime.CompilerServices;
using Npgsql;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>Copies of a journal in PostgreSQL. A transaction that sees one moment reads it, also from a replica.</summary>
/// <param name="at">Where.</param>
/// <param name="notice">Told, in one line each, what was amiss and is passed over.</param>
public sealed class PostgresJournalCopier(PostgresAddress at, Action<string>? notice = null) : IJournalCopier
{
    const int PageEntries = 1024;

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
            await RunAsync(connection, "set idle_in_transaction_session_timeout = '10min'", cancellationToken);
            await RunAsync(connection, "begin isolation level repeatable read read only", cancellationToken);
            var tables = new PostgresTables(at, connection);
            var (epoch, last) = await tables.HeadAsync();
            var choice = SnapshotChoice.Among(
                await tables.SnapshotsAsync(), last, await tables.FirstEntryAsync(), found => PostgresFailure.Damaged(at, found));
            if (choice.Notice is { } passedOver) notice?.Invoke($"{at.Description}: {passedOver}");
            var moment = new JournalMoment(epoch, last, choice.Sequence, choice.State);
            await take(moment, EntriesAsync(tables, moment, cancellationToken));
            await RunAsync(connection, "rollback", cancellationToken);
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

    static async IAsyncEnumerable<JournalEntry> EntriesAsync(
        PostgresTables tables, JournalMoment moment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = moment.SnapshotSequence; after < moment.Last;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await tables.PageAsync(after, PageEntries);
            if (page.Count == 0) throw tables.Missing(after + 1, moment.Last);
            foreach (var entry in page) yield return entry;
            after += page.Count;
        }
    }

    async Task<T> TriedAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(at.ConnectionString(PostgresSession.CopierName(at)));
            await connection.OpenAsync(cancellationToken);
            await PostgresSession.HardenAsync(connection, cancellationToken);
            return await work(connection);
        }
        catch (Exception error) when (PostgresFailure.IsOfServer(error))
        {
            throw PostgresFailure.Of(at, error);
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
