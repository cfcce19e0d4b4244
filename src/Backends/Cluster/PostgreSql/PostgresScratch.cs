using Npgsql;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>A journal's schema that is made for a measurement and removed afterwards.</summary>
public static class PostgresScratch
{
    /// <summary>What the tables of a schema take on disk in bytes, with their indices.</summary>
    /// <exception cref="JournalException">The database does not answer.</exception>
    public static Task<long> SizeAsync(PostgresAddress at, CancellationToken cancellationToken) => DoAsync(at, async connection =>
    {
        await using var command = new NpgsqlCommand(
            $"""
             select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint from pg_class
             join pg_namespace on pg_namespace.oid = relnamespace where nspname = '{at.Schema}' and relkind = 'r'
             """, connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }, cancellationToken);

    /// <summary>
    /// Writes records with COPY into a table like the journal's, so many to a transaction: what the database takes at best, to compare
    /// appends with. Gives how long it took.
    /// </summary>
    /// <exception cref="JournalException">The database refuses.</exception>
    public static Task<TimeSpan> CopyAsync(
        PostgresAddress at, IReadOnlyList<JournalEntry> entries, int perCopy, TimeProvider clock, CancellationToken cancellationToken) =>
        DoAsync(at, async connection =>
        {
            await PostgresErrand.RunAsync(connection, "create table copied (like entries including all)", cancellationToken);
            var began = clock.GetTimestamp();
            foreach (var chunk in entries.Chunk(perCopy)) await PostgresErrand.CopyAsync(connection, "copied", chunk, cancellationToken);
            var took = clock.GetElapsedTime(began);
            await PostgresErrand.RunAsync(connection, "drop table copied", cancellationToken);
            return took;
        }, cancellationToken);

    /// <summary>Removes the journal, and its schema when nothing else is in it.</summary>
    /// <exception cref="JournalException">The database refuses.</exception>
    public static Task RemoveAsync(PostgresAddress at, CancellationToken cancellationToken) => DoAsync(at, async connection =>
    {
        await PostgresErrand.RunAsync(connection, "drop table if exists form, head, entries, snapshots", cancellationToken);
        await PostgresErrand.RunAsync(connection, $"drop schema if exists {at.Schema}", cancellationToken);
        return true;
    }, cancellationToken);

    static Task<T> DoAsync<T>(PostgresAddress at, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        PostgresErrand.DoAsync(at, $"stylefarm bench {at.Schema}", work, cancellationToken);
}
