using Npgsql;
using static StyleFarm.Backends.Journals.JournalChecksum;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// The leader's row, and the connection that stands for the leader: while it lives it holds an advisory lock, so that others see at once
/// when the leader's process ends.
/// </summary>
sealed class LeaderTable(PostgresAddress at, NpgsqlConnection connection) : IAsyncDisposable
{
    // "SFL1" as a number.
    const int LockClass = 0x53464C31;

    // A writer that froze in the middle of a write may hold the row.
    const string LockWait = "1s";

    const string Shown =
        """
        from pg_locks where locktype = 'advisory' and granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database()) and classid = $1::oid and objid = hashtext($2)::oid
        """;

    public static async Task<LeaderTable> OpenAsync(PostgresAddress at, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(at.ConnectionString(PostgresSession.LeaderName(at)));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await PostgresSession.HardenAsync(connection, cancellationToken);
            await new PostgresSchema(at, PostgresSchema.Migrations).PrepareAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand($"select set_config('lock_timeout', '{LockWait}', false)", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new LeaderTable(at, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<LeaderRow> LookAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
             select epoch, last, checksum, term, renewals, holder, coalesce(extract(epoch from expires - now()), 0)::float8,
                 exists (select {Shown})
             from head
             """;
        await using var command = Command(Sql, LockClass, at.Schema);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || reader.GetInt64(2) != OfHead(reader.GetInt64(0), reader.GetInt64(1)))
            throw PostgresFailure.Damaged(at, "the row that names the last record and the writer is damaged");
        return new LeaderRow(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetString(5),
            TimeSpan.FromSeconds(reader.GetDouble(6)), reader.GetBoolean(7));
    }

    /// <summary>Takes the lead from a row that is as it was seen; false when it has moved on.</summary>
    public async Task<bool> TakeAsync(LeaderRow seen, string holder, TimeSpan lease)
    {
        const string Sql =
            """
            update head set epoch = $1, checksum = $2, term = term + 1, holder = $3, expires = now() + $4, renewals = renewals + 1
            where epoch = $5 and last = $6 and term = $7 and renewals = $8
            """;
        var epoch = seen.Epoch + 1;
        object[] values = [epoch, OfHead(epoch, seen.Last), holder, lease, seen.Epoch, seen.Last, seen.Term, seen.Renewals];
        try
        {
            return await ChangeAsync(Sql, values);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await EndWritersAsync();
            return await ChangeAsync(Sql, values);
        }
    }

    /// <summary>Renews the lease; false when another leads.</summary>
    public async Task<bool> RenewAsync(long term, TimeSpan lease)
    {
        const string Sql = "update head set expires = now() + $1, renewals = renewals + 1 where term = $2 and holder is not null";
        var isMine = await ChangeAsync(Sql, lease, term);
        if (isMine) await ShowAsync();
        return isMine;
    }

    public Task<bool> GiveUpAsync(long term) =>
        ChangeAsync("update head set holder = null, expires = null, renewals = renewals + 1 where term = $1", term);

    /// <summary>Shows others that this leader is connected, in place of one that froze or was cut off.</summary>
    public async Task ShowAsync()
    {
        await using (var end = Command($"select pg_terminate_backend(pid) {Shown} and pid <> pg_backend_pid()", LockClass, at.Schema))
            await end.ExecuteNonQueryAsync();
        await using var show = Command(
            $"select pg_try_advisory_lock($1, hashtext($2)) where not exists (select {Shown} and pid = pg_backend_pid())", LockClass, at.Schema);
        await show.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    // A writer whose lease is over holds the row longer than any write takes: it is frozen, or cut off.
    async Task EndWritersAsync()
    {
        await using var command = Command(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", PostgresSession.WriterName(at));
        await command.ExecuteNonQueryAsync();
    }

    async Task<bool> ChangeAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync() == 1;
    }

    NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
