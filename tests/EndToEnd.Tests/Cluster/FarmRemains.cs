using System.Text.Json.Nodes;
using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>What a farm keeps on the servers, looked at and destroyed with no word of the farm's own.</summary>
/// <param name="environment">With the addresses.</param>
sealed class FarmRemains(IReadOnlyDictionary<string, string> environment)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The schema of the journal.</summary>
    public string Schema => new Uri(Journal).Query.Split("schema=")[1].Split('&')[0];

    string Journal => environment["STYLEFARM_JOURNAL"];

    /// <summary>The epoch in the journal.</summary>
    public async Task<long> EpochAsync() => (await QueryAsync("select epoch from {0}.head", row => row.GetInt64(0))).Single();

    /// <summary>The cells that the journal has records of this kind of, each as often as there are.</summary>
    public Task<List<string>> CellsAsync(string kind) => QueryAsync(
        $"select payload from {{0}}.entries where kind = '{kind}' order by sequence",
        row => (string)JsonNode.Parse(row.GetFieldValue<byte[]>(0))!["cell"]!);

    /// <summary>All objects whose keys end so.</summary>
    public async Task<Dictionary<string, byte[]>> ObjectsAsync(string end)
    {
        using var store = Store();
        var all = new Dictionary<string, byte[]>();
        await foreach (var found in store.ListAsync(new StoreKey("cells"), Stop))
            if (found.Key.ToString().EndsWith(end, StringComparison.Ordinal))
                all[found.Key.ToString()] = (await store.GetAsync(found.Key, Stop))!;
        return all;
    }

    /// <summary>Removes everything.</summary>
    public async Task DestroyAsync()
    {
        await QueryAsync("drop schema {0} cascade", row => row.FieldCount);
        using var store = Store();
        foreach (var folder in (string[])["cells", "inputs", "jobs"])
        {
            var keys = new List<StoreKey>();
            await foreach (var found in store.ListAsync(new StoreKey(folder), Stop)) keys.Add(found.Key);
            foreach (var key in keys) await store.DeleteAsync(key, Stop);
        }
    }

    S3ObjectStore Store()
    {
        var at = S3Address.Parse(environment["STYLEFARM_STORE"]);
        return new S3ObjectStore(at, S3Credentials.Find(at, environment.GetValueOrDefault), null, TimeProvider.System, new Random(1));
    }

    async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        var url = new Uri(Journal);
        var user = url.UserInfo.Split(':');
        var text = $"Host={url.Host};Port={url.Port};Username={user[0]};Password={user[1]};Database={url.AbsolutePath.Trim('/')}";
        await using var source = NpgsqlDataSource.Create(text);
        await using var command = source.CreateCommand(sql.Replace("{0}", Schema, StringComparison.Ordinal));
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var all = new List<T>();
        while (await reader.ReadAsync(Stop)) all.Add(read(reader));
        return all;
    }
}
