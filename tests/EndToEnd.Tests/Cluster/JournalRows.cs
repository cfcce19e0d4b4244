using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>A record of the journal.</summary>
readonly record struct JournalRow(long Sequence, string Kind, JsonNode Body);

/// <summary>The rows of a journal in PostgreSQL, read from outside.</summary>
/// <param name="url"><c>postgres://user:password@host:port/database</c>.</param>
/// <param name="schema">Of the farm.</param>
sealed class JournalRows(string url, string schema)
{
    /// <summary>A connection of one's own.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken stop)
    {
        var at = new Uri(url);
        var user = at.UserInfo.Split(':');
        var connection = new NpgsqlConnection(
            $"Host={at.Host};Port={at.Port};Username={user[0]};Password={user[1]};Database={at.AbsolutePath.Trim('/')};Timeout=3;Pooling=false");
        try
        {
            await connection.OpenAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who leads, and how often the lead has changed.</summary>
    public async Task<(string? Holder, long Term)> LeaderAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand($"select holder, term from {schema}.head", connection);
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? (row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1)) : default;
    }

    /// <summary>The records after one, in order.</summary>
    public async IAsyncEnumerable<JournalRow> AfterAsync(
        NpgsqlConnection connection, long sequence, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(
            $"select sequence, kind, payload from {schema}.entries where sequence > {sequence} order by sequence", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            yield return new JournalRow(reader.GetInt64(0), reader.GetString(1), JsonNode.Parse(reader.GetFieldValue<byte[]>(2))!);
    }
}
