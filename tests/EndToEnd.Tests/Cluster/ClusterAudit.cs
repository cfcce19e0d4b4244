using System.Text.Json.Nodes;
using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>
/// Checks a farm from outside, by the rows of its journal and the objects of its store, with no word of the farm's own: each cell was
/// accepted once and published once, records follow each other, epochs rise, and each result is whole and of the attempt that counts.
/// </summary>
static class ClusterAudit
{
    /// <summary>Checks everything and gives the number of finished cells.</summary>
    public static async Task<int> CheckAsync(ClusterStudio studio)
    {
        var records = await RecordsAsync(studio);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (long)number), records.Select(record => record.Sequence));
        var accepted = records.Where(record => record.Kind == "cell-accepted").ToList();
        Assert.Equal(accepted.Count, accepted.Select(record => Cell(record.Body)).Distinct().Count());
        var published = records.Where(record => record.Kind == "cell-published").Select(record => Cell(record.Body)).ToList();
        Assert.Equal(published.Count, published.Distinct().Count());
        Assert.Equal(accepted.Select(record => Cell(record.Body)).Order(), published.Order());

        var at = S3Address.Parse(studio.Store);
        using var store = new S3ObjectStore(at, S3Credentials.Find(at, studio.Environment.GetValueOrDefault), null, TimeProvider.System, new Random(1));
        foreach (var record in accepted) await CheckResultAsync(store, new CellId(Cell(record.Body)), (int)record.Body["attempt"]!);
        return accepted.Count;
    }

    static async Task CheckResultAsync(S3ObjectStore store, CellId cell, int attempt)
    {
        var stop = TestContext.Current.CancellationToken;
        var provenance = JsonNode.Parse((await store.GetAsync(StoreKey.Provenance(cell), stop))!)!;
        Assert.Equal(attempt, (int)provenance["attempt"]!);
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["picture.png"], (await store.GetAsync(StoreKey.Result(cell), stop))!, stop);
        ImageFile.Load(folder["picture.png"], SizeSpec.Original);
    }

    static async Task<List<(long Sequence, string Kind, JsonNode Body)>> RecordsAsync(ClusterStudio studio)
    {
        var url = new Uri(studio.Journal);
        var user = url.UserInfo.Split(':');
        var text = $"Host={url.Host};Port={url.Port};Username={user[0]};Password={user[1]};Database={url.AbsolutePath.Trim('/')}";
        await using var source = NpgsqlDataSource.Create(text);
        await using var command = source.CreateCommand($"select sequence, kind, payload from {studio.Schema}.entries order by sequence");
        await using var reader = await command.ExecuteReaderAsync();
        var records = new List<(long, string, JsonNode)>();
        while (await reader.ReadAsync())
            records.Add((reader.GetInt64(0), reader.GetString(1), JsonNode.Parse(reader.GetFieldValue<byte[]>(2))!));
        return records;
    }

    static string Cell(JsonNode body) => (string)body["cell"]!;
}
