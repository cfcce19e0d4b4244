using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>
/// Going on from any checkpoint gives the image and the losses of a rendering that was never interrupted, to the bit, in float32 and
/// through the file.
/// </summary>
[Collection(nameof(Engine))]
public sealed class ResumeTests(WarmNetworks networks) : IClassFixture<WarmNetworks>, IDisposable
{
    readonly TempFolder _folder = new();

    public static TheoryData<string> Cases => ["adam", "adam-tf", "rmsprop", "sgd momentum", "keep best", "scales", "scales keep best",
        "schedule", "clamp before", "batch", "batch keep best", "lbfgs", "lbfgs scales"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_checkpoint_leads_to_the_same_end(string name)
    {
        var cells = Cells(name);
        var observer = new RecordingObserver();
        var expected = Scenes.Render(networks.Fast, cells, observer, checkpointEvery: 1);

        var steps = cells[0].Plan.Steps;
        Assert.Equal(Enumerable.Range(1, steps - 1), observer.Checkpoints.Where(entry => entry.Cell == 0).Select(entry => entry.Checkpoint.Step));
        foreach (var checkpoints in observer.Checkpoints.GroupBy(entry => entry.Checkpoint.Step))
        {
            var read = checkpoints.OrderBy(entry => entry.Cell).Select(entry => ThroughFile(entry.Checkpoint)).ToList();
            var resumed = new RecordingObserver();
            var results = Scenes.Render(networks.Fast, cells, resumed, read);
            AssertSame(observer.Reports.Where(report => report.Step >= checkpoints.Key), resumed.Reports, checkpoints.Key);
            AssertSame(expected, results);
        }
    }

    [Theory]
    [InlineData("adam", 0)]
    [InlineData("adam", 3)]
    [InlineData("scales keep best", 2)]
    [InlineData("scales", 3)]
    [InlineData("batch", 2)]
    [InlineData("lbfgs", 0)]
    [InlineData("lbfgs", 1)]
    public void A_cancelled_rendering_leaves_a_checkpoint_that_leads_to_the_same_end(string name, int cancelAt)
    {
        var cells = Cells(name);
        var uninterrupted = new RecordingObserver();
        var expected = Scenes.Render(networks.Fast, cells, uninterrupted);
        using var source = new CancellationTokenSource();
        var observer = new RecordingObserver
        {
            OnReport = report =>
            {
                if (report.Step == cancelAt) source.Cancel();
            },
        };

        Assert.ThrowsAny<OperationCanceledException>(() => Scenes.Render(networks.Fast, cells, observer, cancellation: source.Token));

        Assert.Equal(Enumerable.Range(0, cells.Count), observer.Stops.Select(entry => entry.Cell));
        Assert.All(observer.Stops, entry => Assert.Equal(StopReason.Asked, entry.Stopped.Reason));
        var stopped = observer.Stops[0].Stopped.Checkpoint.Step;
        // L-BFGS drops the outer iteration that was running; a first-order rule finishes its step.
        Assert.Equal(name.StartsWith("lbfgs", StringComparison.Ordinal) ? cancelAt : cancelAt + 1, stopped);
        var resumed = new RecordingObserver();
        var results = Scenes.Render(networks.Fast, cells, resumed, [.. observer.Stops.Select(entry => ThroughFile(entry.Stopped.Checkpoint))]);
        AssertSame(uninterrupted.Reports.Where(report => report.Step >= stopped), resumed.Reports, stopped);
        AssertSame(expected, results);
    }

    [Fact]
    public void Cancelled_before_it_began_it_has_done_no_step()
    {
        var cells = Cells("adam");
        var observer = new RecordingObserver();

        Assert.ThrowsAny<OperationCanceledException>(() => Scenes.Render(networks.Fast, cells, observer, cancellation: new CancellationToken(true)));

        Assert.Empty(observer.Reports);
        Assert.Equal(0, Assert.Single(observer.Stops).Stopped.Checkpoint.Step);
    }

    static List<RenderCell> Cells(string name)
    {
        var recipe = Scenes.Recipe;
        var size = new ImageSize(21, 17);
        recipe = name switch
        {
            "adam" or "batch" => recipe,
            "adam-tf" => recipe with { Optimizer = new() { Kind = OptimizerKind.AdamTf, Lr = 0.05 } },
            "rmsprop" => recipe with { Optimizer = new() { Kind = OptimizerKind.Rmsprop, Lr = 0.01 } },
            "sgd momentum" => recipe with { Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = 2, Momentum = 0.9 } },
            // So large a rate that the lowest total is not the last one.
            "keep best" or "batch keep best" => recipe with { Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.6 }, Keep = Keep.Best },
            "scales" => recipe with { Scales = Ladder },
            "scales keep best" => recipe with { Scales = Ladder, Keep = Keep.Best, Optimizer = new() { Kind = OptimizerKind.Rmsprop, Lr = 0.5 } },
            "schedule" => recipe with { Schedule = new() { Every = 2, Gamma = 0.5 } },
            "clamp before" => recipe with { ClampBeforeStep = true, ClampAfterStep = false, ClampAtEnd = true, Space = ColourSpace.Rgb01 },
            "lbfgs" => recipe with { Optimizer = new() { Kind = OptimizerKind.Lbfgs, Maxfun = 4 }, Steps = 3 },
            "lbfgs scales" => recipe with { Optimizer = new() { Kind = OptimizerKind.Lbfgs, Maxfun = 4 }, Scales = [new(RecipeSize.Of(12), 2, null), new(RecipeSize.Of(21), 2, null)] },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a case"),
        };
        var first = Scenes.Cell(recipe, size);
        return name.StartsWith("batch", StringComparison.Ordinal)
            ? [first, Scenes.Cell(recipe with { StyleWeight = 3 }, size, 2), Scenes.Cell(recipe with { TvWeight = 0.1 }, size, 3)]
            : [first];
    }

    static ValueList<Scale> Ladder => [new(RecipeSize.Of(10), 3, 0.1), new(RecipeSize.Of(16), 2, null), new(RecipeSize.Of(21), 2, 0.03)];

    CellCheckpoint ThroughFile(CellCheckpoint checkpoint)
    {
        var path = _folder["checkpoint.safetensors"];
        CheckpointFile.Write(path, checkpoint, new Dictionary<string, string> { ["cell"] = "x" });
        return CheckpointFile.Read(path);
    }

    static void AssertSame(IEnumerable<LossReport> expected, IReadOnlyList<LossReport> actual, int step)
    {
        var all = expected.ToList();
        Assert.True(all.Count == actual.Count, $"{actual.Count} reports from step {step}, expected {all.Count}");
        foreach (var (e, a) in all.Zip(actual)) Assert.Equal(Line(e), Line(a));
    }

    static void AssertSame(IReadOnlyList<CellResult> expected, IReadOnlyList<CellResult> actual)
    {
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Image.Pixels, a.Image.Pixels);
            Assert.Equal(Line(e.Final), Line(a.Final));
        }
    }

    /// <summary>All digits of all losses.</summary>
    static string Line(LossReport report) => TelemetryJson.ToLine(report with { Milliseconds = 0 });
}
