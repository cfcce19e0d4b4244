using Npgsql;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;
using static StyleFarm.Backends.Journals.JournalChecksum;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Fills an empty journal in PostgreSQL with a copy, in one transaction that holds the head: nobody can take the lead meanwhile.
/// </summary>
sealed class PostgresFilling(PostgresAddress at, NpgsqlConnection connection)
{
    const int BatchEntries = 2048;

    // A large snapshot takes longer than other commands may.
    const int SnapshotSeconds = 120;

    /// <summary>Makes sure that the journal is empty and that nobody leads.</summary>
    /// <returns>The epoch.</returns>
    /// <exception cref="JournalException">One of the two is not so.</exception>
    public async Task<long> CheckAsync(CancellationToken cancellationToken)
    {
        var (epoch, last) = await new PostgresTables(at, connection).HeadAsync();
        await using var command = new NpgsqlCommand("select holder from head where holder is not null and expires > now()", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string holder) throw JournalCopies.Led(at.Description, holder);
        if (last == 0 && await new PostgresTables(at, connection).FirstEntryAsync() == 0) return epoch;
        throw JournalCopies.NotEmpty(
            at.Description, last, $"give another ?schema=, or remove this one for good: drop schema {at.Schema} cascade");
    }

    /// <summary>Writes the copy.</summary>
    /// <returns>The epoch that the journal has from then on.</returns>
    public async Task<long> FillAsync(JournalMoment moment, IAsyncEnumerable<JournalEntry> entries, CancellationToken cancellationToken)
    {
        await using var turn = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync("select set_config('lock_timeout', '5s', true)", [], cancellationToken);
        await RunAsync("select from head for update", [], cancellationToken);
        var epoch = Math.Max(moment.Epoch, await CheckAsync(cancellationToken) + 1);
        await foreach (var batch in entries.Chunk(BatchEntries).WithCancellation(cancellationToken))
            await PostgresErrand.CopyAsync(connection, "entries", batch, cancellationToken);
        if (moment.SnapshotSequence > 0)
        {
            var state = moment.Snapshot.ToArray();
            await RunAsync("insert into snapshots (sequence, state, checksum) values ($1, $2, $3)",
                [moment.SnapshotSequence, state, OfSnapshot(moment.SnapshotSequence, state)], cancellationToken);
        }

        await RunAsync("update head set epoch = $1, last = $2, checksum = $3, term = term + 1, holder = null, expires = null",
            [epoch, moment.Last, OfHead(epoch, moment.Last)], cancellationToken);
        await turn.CommitAsync(cancellationToken);
        return epoch;
    }

    async Task RunAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SnapshotSeconds };
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
