using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>
/// Cells finish, reach their rung, are asked to stop, fail, and begin at different steps; whoever is left comes out to the bit as if it had
/// been alone.
/// </summary>
[Collection(nameof(Engine))]
public sealed class LeavingTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    static readonly ImageSize Size = new(13, 10);

    public static TheoryData<OptimizerKind> Kinds => [OptimizerKind.Adam, OptimizerKind.AdamTf, OptimizerKind.Rmsprop, OptimizerKind.Sgd, OptimizerKind.Lbfgs];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cells_of_different_ends_leave_one_by_one(OptimizerKind kind)
    {
        var cells = Enumerable.Range(1, 6).Select(i => WithSteps(Scenes.Different(i, kind, Size), 1 + 5 * i % 7)).ToList();
        var observer = new RecordingObserver();

        Scenes.Render(networks.Fast, cells, observer);

        foreach (var (cell, i) in cells.Select((cell, i) => (cell, i))) AssertAsAlone(observer, cell, i);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_rung_leaves_a_checkpoint_from_which_cells_go_on_together_at_different_steps(OptimizerKind kind)
    {
        var cells = Enumerable.Range(1, 4).Select(i => WithSteps(Scenes.Different(i, kind, Size), 6)).ToList();
        int?[] rungs = [1, 4, null, 2];
        var first = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [.. cells.Select((cell, i) => new BatchCell(cell, StopAt: rungs[i]))], first);

        Assert.Equal([2], first.Results.Keys);
        Assert.All(first.Stops, entry => Assert.Equal((rungs[entry.Cell], StopReason.Rung), (entry.Stopped.Checkpoint.Step, entry.Stopped.Reason)));
        var second = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [.. first.Stops.Select(entry => new BatchCell(cells[entry.Cell], entry.Stopped.Checkpoint)),
            new BatchCell(cells[2])], second);

        foreach (var (stop, i) in first.Stops.Select((entry, i) => (entry, i)))
        {
            var alone = Alone(cells[stop.Cell]);
            var step = stop.Stopped.Checkpoint.Step;
            Trace.AssertSame(Trace.Of(alone, cells[stop.Cell]),
                [.. Trace.Of(first, cells[stop.Cell]), .. Trace.Of(second, cells[stop.Cell])], $"{kind} over a rung at {step}");
            Assert.Equal(alone.Results[0].Image.Pixels, second.Results[i].Image.Pixels);
            // The losses that come with the stop are those of the step that comes next.
            var next = alone.Reports.First(report => report.Step == step);
            Assert.Equal(Trace.Line(next with { Evaluation = null }), Trace.Line(stop.Stopped.Losses));
        }
    }

    [Fact]
    public void Cells_resumed_in_different_passes_meet_in_the_later_one()
    {
        var recipe = Scenes.Recipe with { Scales = [new(RecipeSize.Of(9), 3, 0.1), new(RecipeSize.Of(13), 3, null)] };
        var cells = Enumerable.Range(1, 3).Select(i => Scenes.Cell(recipe, Size, (ulong)i)).ToList();
        int?[] rungs = [1, 3, 5];
        var first = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [.. cells.Select((cell, i) => new BatchCell(cell, StopAt: rungs[i]))], first);
        Assert.Equal([(1, 0), (3, 0), (5, 1)], first.Stops.Select(entry => (entry.Stopped.Checkpoint.Step, entry.Stopped.Checkpoint.Pass)));

        var second = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [.. first.Stops.Select(entry => new BatchCell(cells[entry.Cell], entry.Stopped.Checkpoint))], second);

        for (var i = 0; i < cells.Count; i++)
        {
            var alone = Alone(cells[i]);
            Trace.AssertSame(Trace.Of(alone, cells[i]), [.. Trace.Of(first, cells[i]), .. Trace.Of(second, cells[i])], $"cell {i}");
            Assert.Equal(alone.Results[0].Image.Pixels, second.Results[i].Image.Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cell_that_is_asked_stops_and_the_others_do_not_notice(OptimizerKind kind)
    {
        var cells = Enumerable.Range(1, 3).Select(i => WithSteps(Scenes.Different(i, kind, Size), 5)).ToList();
        var control = new RenderControl();
        var observer = new RecordingObserver
        {
            OnReport = report =>
            {
                if (report.Cell == cells[1].Id && report.Step == 2) control.Stop(1);
            },
        };

        Scenes.RenderBatch(networks.Fast, [.. cells.Select(cell => new BatchCell(cell))], observer, control: control);

        var (index, stopped) = Assert.Single(observer.Stops);
        Assert.Equal((1, StopReason.Asked), (index, stopped.Reason));
        // L-BFGS drops the outer iteration that was running.
        Assert.Equal(kind == OptimizerKind.Lbfgs ? 2 : 3, stopped.Checkpoint.Step);
        AssertAsAlone(observer, cells[0], 0);
        AssertAsAlone(observer, cells[2], 2);
        var rest = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [new BatchCell(cells[1], stopped.Checkpoint)], rest);
        Assert.Equal(Alone(cells[1]).Results[0].Image.Pixels, rest.Results[0].Image.Pixels);
    }

    [Theory]
    [InlineData(Keep.Last)]
    [InlineData(Keep.Best)]
    public void Clamps_before_the_step_are_seen_by_whoever_looks_in_between(Keep keep)
    {
        var recipe = Scenes.Recipe with
        {
            ClampBeforeStep = true,
            ClampAfterStep = false,
            ClampAtEnd = true,
            Keep = keep,
            Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.4 },
            Space = ColourSpace.Rgb01,
            Scales = [new(RecipeSize.Of(9), 3, null), new(RecipeSize.Of(13), 3, null)],
        };
        var cell = Scenes.Cell(recipe, Size);
        var alone = Alone(cell);
        for (var rung = 1; rung < 6; rung++)
        {
            var (first, second) = (new RecordingObserver(), new RecordingObserver());
            Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, StopAt: rung)], first);
            var stopped = Assert.Single(first.Stops).Stopped;
            Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, stopped.Checkpoint)], second);

            Trace.AssertSame(Trace.Of(alone, cell), [.. Trace.Of(first, cell), .. Trace.Of(second, cell)], $"{keep} over {rung}");
            Assert.Equal(alone.Results[0].Image.Pixels, second.Results[0].Image.Pixels);
            // At the end of a scale the losses of the stop are those of the coarse image, which no step has.
            if (rung != 3) Assert.Equal(Trace.Line(alone.Reports[rung]), Trace.Line(stopped.Losses));
        }
    }

    [Fact]
    public void All_stop_at_once()
    {
        var cells = Enumerable.Range(1, 3).Select(i => Scenes.Different(i, OptimizerKind.Adam, Size)).ToList();
        var control = new RenderControl();
        var observer = new RecordingObserver { OnReport = _ => control.StopAll() };

        Scenes.RenderBatch(networks.Fast, [.. cells.Select(cell => new BatchCell(cell))], observer, control: control);

        Assert.Equal([(0, 1), (1, 1), (2, 1)], observer.Stops.Select(entry => (entry.Cell, entry.Stopped.Checkpoint.Step)));
    }

    [Fact]
    public void A_cell_whose_picture_cannot_be_read_fails_alone()
    {
        var cells = Enumerable.Range(1, 3).Select(i => Scenes.Different(i, OptimizerKind.Adam, Size)).ToList();
        cells[0] = cells[0] with { Content = new Unreadable() };
        var observer = new RecordingObserver();

        Scenes.RenderBatch(networks.Fast, [.. cells.Select(cell => new BatchCell(cell))], observer);

        Assert.Equal(ErrorCode.BadInput, Assert.Single(observer.Failures).Value.Code);
        Assert.True(observer.Failures.ContainsKey(0));
        AssertAsAlone(observer, cells[1], 1);
        AssertAsAlone(observer, cells[2], 2);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Lbfgs)]
    public void A_cell_whose_loss_is_not_finite_fails_alone(OptimizerKind kind)
    {
        var cells = Enumerable.Range(1, 3).Select(i => Scenes.Different(i, kind, Size)).ToList();
        // In single precision the weighted loss is infinite.
        cells[1] = cells[1] with { Recipe = cells[1].Recipe with { StyleWeight = 1e300 } };
        var observer = new RecordingObserver();

        Scenes.RenderBatch(networks.Fast, [.. cells.Select(cell => new BatchCell(cell))], observer);

        var (index, failure) = Assert.Single(observer.Failures);
        Assert.Equal((1, ErrorCode.RenderFailed), (index, failure.Code));
        Assert.Contains(cells[1].Id, failure.Message, StringComparison.Ordinal);
        AssertAsAlone(observer, cells[0], 0);
        AssertAsAlone(observer, cells[2], 2);
    }

    void AssertAsAlone(RecordingObserver observer, RenderCell cell, int index)
    {
        var alone = Alone(cell);
        Trace.AssertSame(Trace.Of(alone, cell), Trace.Of(observer, cell), $"cell {index}");
        Assert.Equal(Trace.Line(alone.Results[0].Final), Trace.Line(observer.Results[index].Final));
        Assert.Equal(alone.Results[0].Image.Pixels, observer.Results[index].Image.Pixels);
    }

    RecordingObserver Alone(RenderCell cell)
    {
        var observer = new RecordingObserver();
        Scenes.Render(networks.Fast, [cell], observer);
        return observer;
    }

    static RenderCell WithSteps(RenderCell cell, int steps)
    {
        var recipe = cell.Recipe with { Steps = steps };
        return cell with { Recipe = recipe, Plan = RenderPlan.Of(recipe, Size, cell.Plan.Passes[0].StyleSizes, RecipeSize.Original, RecipeSize.Original) };
    }

    sealed class Unreadable : IImageSource
    {
        public RgbImage At(ImageSize size) => throw StyleFarmException.BadInput("photo.jpg: not an image");
    }
}
