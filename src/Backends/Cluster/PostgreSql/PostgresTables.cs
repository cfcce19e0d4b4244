using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;
using static StyleFarm.Backends.Journals.JournalChecksum;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// The rows of a journal in PostgreSQL, each with a checksum. A write is one statement, or one batch that the server has got whole before
/// it begins: a coordinator that freezes in the middle holds no lock.
/// </summary>
sealed class PostgresTables(PostgresAddress at, NpgsqlConnection connection) : IAsyncDisposable
{
    // Snapshots of large farms take longer than other commands may.
    const int SnapshotSeconds = 120;

    const string AppendSql =
        """
        with moved as (
            update head set last = $1, checksum = $2 where epoch = $3 and last = $4 returning 1),
        added as (
            insert into entries (sequence, kind, payload, checksum)
            select $4 + place, kind, payload, checksum
            from unnest($5, $6, $7) with ordinality as new (kind, payload, checksum, place)
            where exists (select from moved))
        select count(*) from moved
        """;

    // The head is not locked meanwhile: a large snapshot takes time, and renewals of the lease must not wait for it. A writer that is
    // overtaken in between leaves a snapshot that is as good as any: it is of records that are there.
    const string KeepSql =
        """
        insert into snapshots (sequence, state, checksum)
        select $1, $2, $4 where exists (select from head where epoch = $3 and last >= $1)
        on conflict (sequence) do update set state = excluded.state, checksum = excluded.checksum
        """;

    public static async Task<PostgresTables> OpenAsync(PostgresAddress at, PostgresSchema schema, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(at.ConnectionString(PostgresSession.WriterName(at)));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await PostgresSession.HardenAsync(connection, cancellationToken);
            await schema.PrepareAsync(connection, cancellationToken);
            return new PostgresTables(at, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The writer's epoch and the last record.</summary>
    /// <exception cref="JournalException">The row is damaged.</exception>
    public async Task<(long Epoch, long Last)> HeadAsync()
    {
        await using var command = new NpgsqlCommand("select epoch, last, checksum from head", connection);
        await using var reader = await command.ExecuteReaderAsync();
        if (await reader.ReadAsync() && reader.GetInt64(2) == OfHead(reader.GetInt64(0), reader.GetInt64(1)))
            return (reader.GetInt64(0), reader.GetInt64(1));
        throw PostgresFailure.Damaged(at, "the row that names the last record and the writer is damaged");
    }

    /// <summary>Raises the epoch; false when the head is no longer where it was thought to be.</summary>
    /// <param name="head">The head of before.</param>
    /// <param name="term">The term that must still be the present one; null takes over whoever leads.</param>
    public async Task<bool> RaiseEpochAsync((long Epoch, long Last) head, long? term)
    {
        var sql = term is null
            ? "update head set epoch = $1, checksum = $2, term = term + 1, holder = null, expires = null where epoch = $3 and last = $4"
            : $"update head set epoch = $1, checksum = $2 where epoch = $3 and last = $4 and term = {term}";
        var epoch = head.Epoch + 1;
        await using var command = Command(sql, epoch, OfHead(epoch, head.Last), head.Epoch, head.Last);
        return await command.ExecuteNonQueryAsync() == 1;
    }

    public async Task<long> TermAsync()
    {
        await using var command = new NpgsqlCommand("select term from head", connection);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    /// <summary>Appends records; false when the epoch or the last record is another.</summary>
    public async Task<bool> AppendAsync(long epoch, IReadOnlyList<JournalEntry> entries)
    {
        var before = entries[0].Sequence - 1;
        var last = before + entries.Count;
        var kinds = new string[entries.Count];
        var payloads = new byte[entries.Count][];
        var checksums = new long[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            (kinds[i], payloads[i]) = (entries[i].Kind, Bytes(entries[i].Payload));
            checksums[i] = OfEntry(entries[i].Sequence, kinds[i], payloads[i]);
        }

        await using var command = Command(AppendSql, last, OfHead(epoch, last), epoch, before);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = kinds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = payloads, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = checksums });
        return await command.ExecuteScalarAsync() is 1L;
    }

    /// <summary>The records that follow one, without gaps.</summary>
    /// <exception cref="JournalException">One of them is missing or damaged.</exception>
    public async Task<List<JournalEntry>> PageAsync(long after, int count)
    {
        var page = new List<JournalEntry>(count);
        await using var command = Command(
            "select sequence, kind, payload, checksum from entries where sequence > $1 order by sequence limit $2", after, count);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (expected, sequence) = (after + page.Count + 1, reader.GetInt64(0));
            var (kind, payload) = (reader.GetString(1), reader.GetFieldValue<byte[]>(2));
            if (kind.Length == 0 || reader.GetInt64(3) != OfEntry(sequence, kind, payload))
                throw PostgresFailure.Damaged(at, $"record {expected} is damaged: it is not what was written");
            if (sequence != expected) throw Missing(expected, sequence - 1);
            page.Add(new JournalEntry(sequence, kind, payload));
        }

        return page;
    }

    public JournalException Missing(long first, long last) => PostgresFailure.Damaged(at, SnapshotChoice.Missing(first, last));

    /// <summary>The first record that is still there; 0 for none.</summary>
    public async Task<long> FirstEntryAsync()
    {
        await using var command = new NpgsqlCommand("select coalesce(min(sequence), 0) from entries", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The snapshots, newest first; one that is damaged has no state.</summary>
    public async Task<List<(long Sequence, byte[]? State)>> SnapshotsAsync()
    {
        var all = new List<(long, byte[]?)>();
        await using var command = new NpgsqlCommand("select sequence, state, checksum from snapshots order by sequence desc", connection);
        command.CommandTimeout = SnapshotSeconds;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (sequence, state) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
            all.Add((sequence, reader.GetInt64(2) == OfSnapshot(sequence, state) ? state : null));
        }

        return all;
    }

    /// <summary>Keeps a snapshot and one before it, and the records since that; false when the epoch is another.</summary>
    public async Task<bool> KeepAsync(long epoch, long sequence, ReadOnlyMemory<byte> state, long before)
    {
        var bytes = Bytes(state);
        await using var batch = new NpgsqlBatch(connection) { Timeout = SnapshotSeconds };
        Add(batch, KeepSql, sequence, bytes, epoch, OfSnapshot(sequence, bytes));
        if (before < sequence)
        {
            Add(
                batch, "delete from snapshots where sequence < $1 and sequence <> $2 and exists (select from head where epoch = $3)",
                sequence, before, epoch);
            Add(batch, "delete from entries where sequence <= $1 and exists (select from head where epoch = $2)", before, epoch);
        }

        await batch.ExecuteNonQueryAsync();
        return batch.BatchCommands[0].RecordsAffected == 1;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    // A snapshot can be large: what is a whole array is not copied.
    static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var part) && part.Array is { } array && array.Length == part.Count ? array : memory.ToArray();
}
