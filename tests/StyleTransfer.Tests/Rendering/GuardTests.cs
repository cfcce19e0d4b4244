using System.Security.Cryptography;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>
/// The divergence guard is each cell's own, is part of what a checkpoint keeps, and lets no exploded image into a checkpoint. Gradient
/// descent as in <see cref="DivergenceTests"/>: it explodes above a rate of about 64.
/// </summary>
[Collection(nameof(Engine))]
public sealed class GuardTests(WarmNetworks networks) : IClassFixture<WarmNetworks>, IDisposable
{
    const int Steps = 40;
    static readonly ImageSize Size = new(12, 11);

    readonly TempFolder _folder = new();

    public static TheoryData<string> Cases => ["early", "late", "late keep best", "momentum", "scales"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resumed_anywhere_it_explodes_and_recovers_in_the_same_way(string name)
    {
        var cell = Exploding(name);
        var whole = new RecordingObserver();
        var expected = Scenes.Render(networks.Fast, [cell], whole, checkpointEvery: 3)[0];
        Assert.NotEmpty(whole.Rollbacks);

        foreach (var (_, checkpoint) in whole.Checkpoints)
        {
            var rest = new RecordingObserver();
            var result = Scenes.Render(networks.Fast, [cell], rest, [ThroughFile(checkpoint)])[0];

            Assert.Equal(expected.Image.Pixels, result.Image.Pixels);
            // A checkpoint from before a rollback goes through it again; one from after it does not.
            Assert.Equal(whole.Rollbacks.Skip(checkpoint.Rollbacks), rest.Rollbacks);
            var last = Math.Max(checkpoint.Step, Steps - 5);
            Trace.AssertSame(Trace.Of(whole, cell)[^(Steps - last)..], Trace.Of(rest, cell)[^(Steps - last)..], $"{name} from {checkpoint.Step}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_checkpoint_holds_an_exploded_image(string name)
    {
        var cell = Exploding(name);
        var whole = new RecordingObserver();
        Scenes.Render(networks.Fast, [cell], whole, checkpointEvery: 3);
        var first = whole.Reports[0].Total;

        foreach (var (_, checkpoint) in whole.Checkpoints)
        {
            var look = new RecordingObserver();
            Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, checkpoint, StopAt: checkpoint.Step)], look);
            Assert.True(Assert.Single(look.Stops).Stopped.Losses.Total <= 1e4 * first, $"{name}: {look.Stops[0].Stopped.Losses.Total:R} at {checkpoint.Step}");
            Assert.Empty(look.Rollbacks);
        }
    }

    [Fact]
    public void Wherever_it_is_stopped_it_goes_on_as_if_it_had_not_been()
    {
        var cell = Exploding("late");
        var whole = new RecordingObserver();
        var expected = Scenes.Render(networks.Fast, [cell], whole)[0];
        for (var rung = 1; rung < Steps; rung += 3)
        {
            var first = new RecordingObserver();
            Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, StopAt: rung)], first);
            var checkpoint = ThroughFile(Assert.Single(first.Stops).Stopped.Checkpoint);
            Assert.Equal(rung, checkpoint.Step);
            var second = new RecordingObserver();
            var result = Scenes.Render(networks.Fast, [cell], second, [checkpoint])[0];

            Assert.Equal(expected.Image.Pixels, result.Image.Pixels);
            Assert.Equal(whole.Rollbacks, first.Rollbacks.Concat(second.Rollbacks));
        }
    }

    [Fact]
    public void Only_the_cell_at_fault_goes_back()
    {
        RenderCell[] cells = [Descent(16, 2), Exploding("late"), Descent(20, 3), Descent(1024, 4)];
        var observer = new RecordingObserver();

        Scenes.RenderBatch(networks.Fast, [.. cells.Select(cell => new BatchCell(cell))], observer);

        Assert.Equal([1, 3], observer.Rollbacks.Select(entry => entry.Cell).Distinct().Order());
        Assert.Equal([3], observer.Failures.Keys);
        foreach (var i in new[] { 0, 1, 2 })
        {
            var alone = new RecordingObserver();
            Scenes.Render(networks.Fast, [cells[i]], alone);
            Trace.AssertSame(Trace.Of(alone, cells[i]), Trace.Of(observer, cells[i]), $"cell {i}");
            Assert.Equal(alone.Results[0].Image.Pixels, observer.Results[i].Image.Pixels);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Losses_that_are_read_late_as_on_a_gpu_come_to_the_same(int readEvery)
    {
        RenderCell[] cells = [Descent(16, 2), Exploding("late"), Descent(1024, 4), Exploding("early") with { Id = "cell-5" }];
        var (prompt, late) = (new RecordingObserver(), new RecordingObserver());
        BatchCell[] batch = [.. cells.Select((cell, i) => new BatchCell(cell, StopAt: i == 0 ? 33 : null))];

        Scenes.RenderBatch(networks.Fast, batch, prompt, checkpointEvery: 7);
        new StyleRenderer(networks.Fast, TimeProvider.System) { ReadLossesEvery = readEvery }
            .Render(batch, 7, late, new RenderControl(), TestContext.Current.CancellationToken);

        Assert.Equal(prompt.Failures.Keys, late.Failures.Keys);
        Assert.Equal([0], late.Stops.Select(entry => entry.Cell));
        for (var i = 0; i < cells.Length; i++)
        {
            Trace.AssertSame(Trace.Of(prompt, cells[i]), Trace.Of(late, cells[i]), $"cell {i}");
            Assert.Equal(prompt.Rollbacks.Where(entry => entry.Cell == i), late.Rollbacks.Where(entry => entry.Cell == i));
            Assert.Equal(Files(prompt, i), Files(late, i));
            if (late.Results.TryGetValue(i, out var result)) Assert.Equal(prompt.Results[i].Image.Pixels, result.Image.Pixels);
        }

        IEnumerable<string> Files(RecordingObserver observer, int cell) => observer.Checkpoints.Where(entry => entry.Cell == cell)
            .Select(entry => Convert.ToHexString(SHA256.HashData(CheckpointFile.ToBytes(entry.Checkpoint, new Dictionary<string, string>()))));
    }

    [Fact]
    public void A_checkpoint_between_the_guards_copies_keeps_the_last_one_too()
    {
        var observer = new RecordingObserver();
        Scenes.Render(networks.Fast, [Descent(16)], observer, checkpointEvery: 5);

        foreach (var (_, checkpoint) in observer.Checkpoints)
        {
            Assert.Equal(checkpoint.Step % 10 == 0 ? null : checkpoint.Step - 5, checkpoint.GoodStep);
            Assert.Equal(checkpoint.GoodStep is not null, checkpoint.Tensors.Any(entry => entry.Name == "good.image"));
            Assert.Equal(observer.Reports[0].Total, checkpoint.FirstTotal);
        }
    }

    CellCheckpoint ThroughFile(CellCheckpoint checkpoint)
    {
        var path = _folder["checkpoint.safetensors"];
        CheckpointFile.Write(path, checkpoint, new Dictionary<string, string>());
        return CheckpointFile.Read(path);
    }

    static RenderCell Exploding(string name)
    {
        // The rate rises eightfold from a harmless one.
        var late = Descent(40).Recipe with { Schedule = new() { Every = 25, Gamma = 8 } };
        return Plan(name switch
        {
            "early" => Descent(256).Recipe,
            "late" => late,
            "late keep best" => late with { Keep = Keep.Best },
            "momentum" => late with { Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = 30, Momentum = 0.5 } },
            "scales" => late with { Scales = [new(RecipeSize.Of(8), 13, 20), new(RecipeSize.Of(12), 27, 40)] },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a case"),
        });
    }

    static RenderCell Descent(double rate, ulong seed = 1) => Plan(Scenes.Recipe with
    {
        Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = rate },
        ClampAfterStep = false,
        Steps = Steps,
    }, seed);

    static RenderCell Plan(Recipe recipe, ulong seed = 1) => Scenes.Cell(recipe, Size, seed);
}
