using Npgsql;

namespace StyleFarm.Backends.Cluster;

/// <summary>What holds for every connection to the journal's database.</summary>
static class PostgresSession
{
    /// <summary>How the database names the connection that writes records.</summary>
    public static string WriterName(PostgresAddress at) => $"stylefarm writer {at.Schema}";

    /// <summary>How the database names the connection that holds or seeks the lead.</summary>
    public static string LeaderName(PostgresAddress at) => $"stylefarm leader {at.Schema}";

    /// <summary>How the database names a connection that copies the journal.</summary>
    public static string CopierName(PostgresAddress at) => $"stylefarm copier {at.Schema}";

    /// <summary>
    /// A commit has reached the disk when it is acknowledged, whatever the server's standard is; a transaction that a frozen program left
    /// open is ended; a connection whose other end is cut off is found dead.
    /// </summary>
    public static async Task HardenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Settings =
            """
            select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local');
            select set_config('idle_in_transaction_session_timeout', '5s', false), set_config('tcp_keepalives_idle', '5', false),
                set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)
            """;
        await using var command = new NpgsqlCommand(Settings, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
