using Npgsql;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>One thing that is done over a connection of its own.</summary>
static class PostgresErrand
{
    /// <summary>Connects, does it and closes the connection.</summary>
    /// <exception cref="JournalException">The database does not answer, or refuses.</exception>
    public static async Task<T> DoAsync<T>(
        PostgresAddress at, string name, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(at.ConnectionString(name));
            await connection.OpenAsync(cancellationToken);
            await PostgresSession.HardenAsync(connection, cancellationToken);
            return await work(connection);
        }
        catch (Exception error) when (PostgresFailure.IsOfServer(error))
        {
            throw PostgresFailure.Of(at, error);
        }
    }

    /// <summary>Runs a command that answers nothing.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes records with COPY, the fastest that a database takes rows, into a table like the journal's.</summary>
    public static async Task CopyAsync(
        NpgsqlConnection connection, string table, IEnumerable<JournalEntry> entries, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync(
            $"copy {table} (sequence, kind, payload, checksum) from stdin (format binary)", cancellationToken);
        foreach (var entry in entries)
        {
            var payload = entry.Payload.ToArray();
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(entry.Sequence, cancellationToken);
            await writer.WriteAsync(entry.Kind, cancellationToken);
            await writer.WriteAsync(payload, cancellationToken);
            await writer.WriteAsync(JournalChecksum.OfEntry(entry.Sequence, entry.Kind, payload), cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
