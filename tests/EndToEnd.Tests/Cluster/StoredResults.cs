using System.Text.Json.Nodes;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>The results of a farm, read from its bucket.</summary>
/// <param name="url">The store.</param>
/// <param name="keys">Variables with its keys.</param>
sealed class StoredResults(string url, IReadOnlyDictionary<string, string> keys) : IDisposable
{
    readonly S3ObjectStore _store = Open(S3Address.Parse(url), keys);
    readonly TempFolder _folder = new();

    /// <summary>Sees that a cell's result is whole and of the attempt that counts, and gives its provenance.</summary>
    public async Task<JsonNode> CheckAsync(string id, int attempt, CancellationToken stop)
    {
        var cell = new CellId(id);
        var provenance = JsonNode.Parse((await _store.GetAsync(StoreKey.Provenance(cell), stop))!)!;
        Assert.True(attempt == (int)provenance["attempt"]!, $"cell {id}: the result is of attempt {provenance["attempt"]}, not {attempt}");
        await File.WriteAllBytesAsync(_folder["picture.png"], (await _store.GetAsync(StoreKey.Result(cell), stop))!, stop);
        ImageFile.Load(_folder["picture.png"], SizeSpec.Original);
        return provenance;
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    static S3ObjectStore Open(S3Address at, IReadOnlyDictionary<string, string> keys) =>
        new(at, S3Credentials.Find(at, keys.GetValueOrDefault), null, TimeProvider.System, new Random(1));
}
