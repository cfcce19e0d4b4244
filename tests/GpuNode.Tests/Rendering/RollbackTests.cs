using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>A cell that the divergence guard takes back while it is stored.</summary>
[Collection(nameof(Device))]
public sealed class RollbackTests
{
    const int Steps = 40;

    // The rate rises eightfold from a harmless one, so that the loss explodes after step 25 and the guard takes the cell back.
    static readonly Recipe Exploding = Studio.Recipe with
    {
        Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = 640 },
        Schedule = new() { Every = 25, Gamma = 8 },
        ClampAfterStep = false,
        Steps = Steps,
    };

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(7, false)]
    [InlineData(3, true)]
    public async Task Telemetry_holds_every_step_once_and_as_it_came_in_the_end(int every, bool isSlow)
    {
        await using var studio = new Studio();
        if (isSlow) studio.Store.Block();
        var cells = new[] { studio.Cell(1, recipe: Exploding), studio.Cell(2, recipe: Exploding, settings: new Setting("schedule", "null")) };

        var story = studio.Start(Studio.Shard(cells, every, recipe: Exploding));
        await story.Rendered;
        studio.Store.Unblock();
        await story.OverAsync();

        Assert.Equal(2, story.Reports<CellFinished>().Count);
        Assert.Contains(studio.Notes, note => note.Contains("the loss exploded; back to step", StringComparison.Ordinal));
        foreach (var cell in cells)
        {
            var telemetry = studio.TelemetryOf(cell);
            Assert.Equal(Enumerable.Range(0, Steps), telemetry.Select(report => report.Step));
            Assert.All(telemetry, report => Assert.True(report.Total < 1e3 * telemetry[0].Total, $"step {report.Step} of before the rollback: {report.Total}"));
        }
    }
}
