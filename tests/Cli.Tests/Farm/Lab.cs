using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Batches;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;
using StyleFarm.TestKit;
using FileStamp = StyleFarm.Cli.Farm.Planning.FileStamp;

namespace StyleFarm.Cli.Tests.Farm;

/// <summary>A user's folder with a store, where cells are finished without being rendered.</summary>
sealed class Lab : IDisposable
{
    public static readonly Recipe Recipe = RecipePresets.Default with { Steps = 12, Scales = null, Size = null };

    readonly TempFolder _folder = new();

    public Lab()
    {
        Store = new DirectoryObjectStore(_folder["state"]);
        Looks = new PictureLooks(Memory);
        Sink = new PictureSink(Store, Memory);
    }

    public string this[string name] => _folder[name];

    public DirectoryObjectStore Store { get; }

    public RememberingMemory Memory { get; } = new();

    public PictureLooks Looks { get; }

    public CellPlanner Planner { get; } = new(isOnDevice: false, memoryBytes: null);

    public PictureSink Sink { get; }

    /// <summary>Puts a picture of noise somewhere.</summary>
    public string Picture(string name, int width = 40, int height = 30, uint seed = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        ImageFile.Save(Pictures.Noise(width, height, seed), _folder[name]);
        return _folder[name];
    }

    /// <summary>A batch over inputs of this folder with the style <c>wave.png</c>, which is made if need be.</summary>
    public BatchSpec Batch(params string[] inputs)
    {
        if (!File.Exists(_folder["wave.png"])) Picture("wave.png", 32, 32, seed: 99);
        return new BatchSpec
        {
            Archive = new ArchiveSpec { Inputs = [.. inputs], BaseFolder = _folder.Path, IsRecursive = true,
                Excluded = [_folder["out"], _folder["state"]] },
            Styles = StyleChoice.Each([_folder["wave.png"]]),
            Delivery = new DeliverySpec(_folder["out"], new PictureForm()),
            Name = NameTemplate.OfOneStyle,
        };
    }

    /// <summary>The job of a batch.</summary>
    public static JobSpec Job(BatchSpec batch, Recipe? recipe = null) => new()
    {
        Id = new JobId("a-job"),
        Name = "a job",
        Kind = JobKind.Batch,
        Recipe = recipe ?? Recipe,
        RecipeName = "mine.yaml",
        WeightsHash = "w",
        Source = batch.ToJson(),
    };

    /// <summary>A reader of a batch's cells.</summary>
    public ICellReader Open(BatchSpec batch, Recipe? recipe = null) =>
        new ArchiveSource(new DiskFolders(), Looks, Planner, Store, Sink).Open(Job(batch, recipe));

    /// <summary>All pages of a batch in one.</summary>
    public async Task<CellPage> ReadAllAsync(BatchSpec batch, int maxCells = 100)
    {
        await using var reader = Open(batch);
        return await ReadAllAsync(reader, maxCells);
    }

    /// <summary>All pages of a reader in one.</summary>
    public static async Task<CellPage> ReadAllAsync(ICellReader reader, int maxCells = 100)
    {
        var all = new CellPage();
        while (!all.IsLast)
        {
            var page = await reader.ReadAsync(maxCells, TestContext.Current.CancellationToken);
            Assert.InRange(page.Cells.Length, 0, maxCells);
            all = new CellPage
            {
                Cells = [.. all.Cells, .. page.Cells],
                Earlier = [.. all.Earlier, .. page.Earlier],
                EarlierCount = all.EarlierCount + page.EarlierCount,
                Faulty = [.. all.Faulty, .. page.Faulty],
                IsLast = page.IsLast,
            };
        }

        return all;
    }

    /// <summary>Makes a cell a finished one.</summary>
    public async Task<JsonObject> FinishAsync(CellSpec cell, ImageSize size, uint seed = 7, bool isScored = true)
    {
        var provenance = new JsonObject
        {
            ["schema"] = Provenance.Schema,
            ["cell"] = cell.Id.ToString(),
            ["recipe"] = RecipeJson.ToNode(Recipe),
            ["size"] = size.ToString(),
            ["losses"] = new JsonObject { ["content"] = 1.0, ["style"] = 2.0, ["tv"] = 0.5, ["total"] = 3.5 },
            ["score"] = new JsonObject { ["content"] = 0.25, ["style"] = 0.75, ["balanced"] = 0.5 },
        };
        if (!isScored) provenance.Remove("score");
        var cancellation = TestContext.Current.CancellationToken;
        await Store.PutAsync(StoreKey.Result(cell.Id), ImageFile.Encode(Pictures.Noise(size.Width, size.Height, seed), ".png"),
            cancellation);
        await Store.PutAsync(StoreKey.Provenance(cell.Id), Encoding.UTF8.GetBytes(Provenance.Text(provenance)), cancellation);
        return provenance;
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Remembers as long as it lives, and counts what it is asked.</summary>
sealed class RememberingMemory : IPictureMemory
{
    readonly ConcurrentDictionary<FileStamp, PictureFacts> _facts = [];

    public ConcurrentDictionary<string, ExportedPicture> Exports { get; } = [];

    public int Remembered => _facts.Count;

    public int Recalled { get; private set; }

    public PictureFacts? Recall(FileStamp stamp)
    {
        if (!_facts.TryGetValue(stamp, out var facts)) return null;
        Recalled++;
        return facts;
    }

    public void Remember(FileStamp stamp, PictureFacts facts) => _facts[stamp] = facts;

    public ExportedPicture? ExportedTo(string path) => Exports.TryGetValue(path, out var export) ? export : null;

    public void RememberExport(string path, ExportedPicture picture) => Exports[path] = picture;
}
