using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A schema of its own for one test.</summary>
sealed class PostgresPlace(ServiceAddress server)
{
    public string Schema { get; } = $"t_{Guid.NewGuid():N}";

    public string Url => $"{server.Url}?schema={Schema}";

    public PostgresAddress Address => PostgresAddress.Parse(Url);

    public string Password => new Uri(server.Url).UserInfo.Split(':')[1];

    public static async Task<PostgresPlace> NewAsync(DevServices services) => new(await services.StartAsync(Service.Postgres));

    public PostgresJournal Journal() => new(Address);

    /// <summary>The address with one part of it replaced.</summary>
    public PostgresAddress With(string part, string other) => PostgresAddress.Parse(Url.Replace(part, other, StringComparison.Ordinal));

    /// <summary>Runs statements behind the journal's back.</summary>
    public async Task RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<NpgsqlConnection> ConnectAsync(string name = "a test")
    {
        var connection = new NpgsqlConnection(Address.ConnectionString(name));
        await connection.OpenAsync();
        return connection;
    }
}
