using Npgsql;
using StyleFarm.Messages.Ports;
using static StyleFarm.Backends.Journals.JournalChecksum;

namespace StyleFarm.Backends.Cluster;

/// <summary>The tables of a journal in PostgreSQL, brought from one form to the next.</summary>
/// <param name="at">Where.</param>
/// <param name="migrations">Each leads to the form of its number, from 1; only added to.</param>
sealed class PostgresSchema(PostgresAddress at, IReadOnlyList<string> migrations)
{
    /// <summary>Those of this version.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        $"""
         create table head (
             id integer primary key check (id = 1), epoch bigint not null, last bigint not null, checksum bigint not null,
             term bigint not null, holder text, expires timestamptz, renewals bigint not null);
         insert into head values (1, 0, 0, {OfHead(0, 0)}, 0, null, null, 0);
         create table entries (sequence bigint primary key, kind text not null, payload bytea not null, checksum bigint not null);
         create table snapshots (sequence bigint primary key, state bytea not null, checksum bigint not null);
         """,
    ];

    // "SFJ1" as a number: one coordinator at a time looks after the tables.
    const int LockClass = 0x53464A31;

    // Not to_regclass, which may still know what was not there a moment ago.
    string TablesOf => $"select from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname = '{at.Schema}'";

    /// <summary>Makes the tables, or brings them to the present form.</summary>
    /// <exception cref="JournalException">They are of a newer form, or of another program.</exception>
    public async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await FormAsync(connection, cancellationToken) == migrations.Count) return;
        await using var turn = await connection.BeginTransactionAsync(cancellationToken);
        await PostgresErrand.RunAsync(connection, $"select pg_advisory_xact_lock({LockClass}, hashtext('{at.Schema}'))", cancellationToken);
        var form = await FormAsync(connection, cancellationToken);
        if (form == 0) await BeginAsync(connection, cancellationToken);
        for (var next = form + 1; next <= migrations.Count; next++)
            await PostgresErrand.RunAsync(connection, $"{migrations[next - 1]}; insert into form (version) values ({next})", cancellationToken);
        await turn.CommitAsync(cancellationToken);
    }

    /// <summary>Whether there is a journal; makes none.</summary>
    /// <exception cref="JournalException">It is of a newer form.</exception>
    public async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await FormAsync(connection, cancellationToken) > 0;

    // 0 where there are no tables yet.
    async Task<int> FormAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await IsAsync(connection, $"exists ({TablesOf} and relname = 'form')", cancellationToken)) return 0;
        await using var command = new NpgsqlCommand("select coalesce(max(version), 0) from form", connection);
        var form = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        return form <= migrations.Count ? form : throw PostgresFailure.Newer(at, form, migrations.Count);
    }

    async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await IsAsync(connection, $"exists ({TablesOf})", cancellationToken)) throw PostgresFailure.Foreign(at);
        if (!await IsAsync(connection, $"exists (select from pg_namespace where nspname = '{at.Schema}')", cancellationToken))
            await PostgresErrand.RunAsync(connection, $"create schema {at.Schema}", cancellationToken);
        await PostgresErrand.RunAsync(
            connection, "create table form (version integer primary key, applied timestamptz not null default now())", cancellationToken);
    }

    static async Task<bool> IsAsync(NpgsqlConnection connection, string condition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select {condition}", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
