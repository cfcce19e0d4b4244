using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>Tests of this collection run one after another: they share the machine's cores and count live tensors.</summary>
[CollectionDefinition(nameof(Device), DisableParallelization = true)]
public sealed class Device;

/// <summary>A real engine on the CPU with small pictures, a store in memory, and all that it tells.</summary>
sealed class Studio : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly VggWeights Weights = VggWeights.Seeded(1);

    readonly TempFolder _folder = new();
    readonly StyleEngines _engines;
    StyleShardEngine? _engine;

    public Studio(FaultyStore? store = null, Func<StyleEngineOptions, StyleEngineOptions>? options = null, TimeProvider? clock = null)
    {
        Store = store ?? new FaultyStore();
        var plain = new StyleEngineOptions
        {
            Node = new NodeId("one"),
            Folder = _folder["node"],
            Weights = () => Weights,
            RetryAfter = TimeSpan.FromMilliseconds(1),
            RetryAtMost = TimeSpan.FromMilliseconds(20),
        };
        _engines = new StyleEngines(options?.Invoke(plain) ?? plain, Store, Live.Add, clock ?? TimeProvider.System, Notes.Enqueue);
    }

    /// <summary>Free memory that leaves an engine <paramref name="room"/> bytes: what tensors of this process hold, kept by earlier tests too, counts as room.</summary>
    public static long FreeFor(long room) => memory.statistics(CPU) is var held ? room - held.Live - held.Cached : 0;

    public static Recipe Recipe { get; } = new()
    {
        Space = ColourSpace.RgbNorm,
        Pooling = Pooling.Max,
        Content = [new("relu2_1", 1)],
        ContentForm = ContentForm.Relative,
        ContentWeight = 0.1,
        Style = [new("relu1_1", 0.5), new("conv2_1", 0.5)],
        TvForm = TvForm.MeanSq,
        TvWeight = 0.003,
        Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.05 },
        ClampAfterStep = true,
        Steps = 12,
    };

    public FaultyStore Store { get; }

    public ConcurrentQueue<string> Notes { get; } = new();

    public ConcurrentBag<LossReport> Live { get; } = [];

    public string Folder => _folder.Path;

    public string SpoolFolder => Path.Combine(_folder["node"], "spool");

    public StyleShardEngine Engine => _engine ??= _engines.Create();

    public StyleShardEngine Replace()
    {
        _engine?.Dispose();
        return _engine = _engines.Create();
    }

    public ShardStory Start(AssignShard shard)
    {
        var story = new ShardStory();
        story.Run = Engine.Start(shard, story.Tell);
        return story;
    }

    /// <summary>A cell of 32×32 pixels, or another size, whose photo its number makes.</summary>
    public CellAssignment Cell(int number, int attempt = 1, int? stopAt = null, int size = 32, Recipe? recipe = null, params Setting[] settings)
    {
        var resolved = settings.Length == 0 ? recipe ?? Recipe : (recipe ?? Recipe).With(settings.Select(one => KeyValuePair.Create(one.Key, JsonNode.Parse(one.Json))));
        var plan = RenderPlan.Of(resolved, new ImageSize(size, size), [new ImageSize(size, size)], RecipeSize.Original, RecipeSize.Original);
        return new CellAssignment
        {
            Cell = new CellSpec
            {
                Id = new CellId($"{number:x32}"),
                Index = number,
                Content = Picture($"photo-{number}-{size}", size, (uint)(100 + number)),
                Styles = [new StyleInput(Picture($"style-{size}", size, 7), 1)],
                Settings = [.. settings],
                Size = "original",
                StyleSize = "original",
                Seed = (ulong)number,
                Steps = plan.Steps,
                Pixels = plan.Size.Pixels,
                BatchKey = StyleRenderer.BatchKey(resolved, plan),
            },
            Attempt = attempt,
            StopAt = stopAt,
        };
    }

    public static AssignShard Shard(IEnumerable<CellAssignment> cells, int every = 3, long shard = 1, long epoch = 1, Recipe? recipe = null, bool scored = false) => new()
    {
        CoordinatorEpoch = 1,
        Lease = new Lease(new ShardId(shard), new NodeId("one"), epoch),
        Job = new JobId("job"),
        Recipe = recipe ?? Recipe,
        RecipeName = "test",
        Precision = "fp32",
        CheckpointEvery = every,
        IsScored = scored,
        Cells = [.. cells],
    };

    public byte[]? ResultOf(CellAssignment cell) => Store.Objects.GetValueOrDefault(StoreKey.AttemptPicture(cell.Cell.Id, cell.Attempt).ToString());

    public JsonObject ProvenanceOf(CellAssignment cell) =>
        JsonNode.Parse(Encoding.UTF8.GetString(Store.Objects[StoreKey.AttemptProvenance(cell.Cell.Id, cell.Attempt).ToString()]))!.AsObject();

    /// <summary>Steps of which there are checkpoints, ascending.</summary>
    public ImmutableArray<int> CheckpointsOf(CellAssignment cell) =>
        [.. Store.KeysBelow(StoreKey.Checkpoints(cell.Cell.Id).ToString()).Select(key => int.Parse(key.Split('/')[^1].Split('.')[0])).Distinct().Order()];

    /// <summary>The loss reports as readers join them: a part ends where the next one begins.</summary>
    public List<LossReport> TelemetryOf(CellAssignment cell)
    {
        var keys = Store.KeysBelow(StoreKey.TelemetryFolder(cell.Cell.Id).ToString());
        var firsts = keys.Select(key => int.Parse(key.Split('/')[^1].Split('.')[0])).ToList();
        return [.. keys.SelectMany((key, part) => Encoding.UTF8.GetString(Store.Objects[key]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(TelemetryJson.FromLine).Where(report => part + 1 == keys.Count || report.Step < firsts[part + 1]))];
    }

    public InputRef Picture(string name, int size, uint seed)
    {
        var path = _folder[$"{name}.png"];
        if (!File.Exists(path)) ImageFile.Save(Pictures.Noise(size, size, seed), path);
        return new InputRef(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), path, size, size);
    }

    public async ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        await _engines.Ended.WaitAsync(Patience);
        _folder.Dispose();
        Assert.Equal(0, Tensor.TotalCount);
        Assert.Equal(0, nn.FrozenConv2d.TotalCount);
    }
}

/// <summary>All that an engine told of one shard.</summary>
sealed class ShardStory
{
    readonly ConcurrentQueue<ShardEvent> _events = new();
    readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _rendered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IShardRun Run { get; set; } = null!;

    /// <summary>Called with each event, on the engine's thread.</summary>
    public Action<ShardEvent>? OnEvent { get; set; }

    public IReadOnlyList<ShardEvent> Events => [.. _events];

    public IReadOnlyList<T> Reports<T>()
        where T : CellReport => [.. _events.OfType<CellTold>().Select(told => told.Report).OfType<T>()];

    public Task Rendered => _rendered.Task.WaitAsync(Studio.Patience);

    /// <summary>Until the last word.</summary>
    public async Task<ShardStory> OverAsync()
    {
        await _over.Task.WaitAsync(Studio.Patience);
        return this;
    }

    public void Tell(ShardEvent told)
    {
        _events.Enqueue(told);
        OnEvent?.Invoke(told);
        if (told is ShardRendered) _rendered.TrySetResult();
        if (told is ShardEnded or ShardCrashed) _over.TrySetResult();
    }

    /// <summary>Until something was told that fits.</summary>
    public async Task UntilAsync(Predicate<ShardEvent> fits) => await Eventually.True(() => _events.Any(told => fits(told)));
}

static class Eventually
{
    /// <summary>Waits for something that another thread brings about.</summary>
    public static async Task True(Func<bool> holds)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Studio.Patience) throw new TimeoutException("it has not come about");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
