using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Wire;
using StyleFarm.Torch;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>Stopping, cancelling, and engines that break down.</summary>
[Collection(nameof(Device))]
public sealed class BreakdownTests
{
    const int Long = 5000;

    [Fact]
    public async Task Some_cells_stop_and_the_others_go_on()
    {
        await using var studio = new Studio();
        var recipe = Studio.Recipe with { Steps = 60 };
        var cells = new[] { studio.Cell(1, recipe: recipe), studio.Cell(2, recipe: recipe) };
        var story = studio.Start(Studio.Shard(cells, every: 5, recipe: recipe));
        story.OnEvent = told =>
        {
            if (told is CellTold { Report: CellProgress { Step: 5 } }) story.Run.Stop([cells[0].Cell.Id], StopReason.Preemption);
        };

        await story.OverAsync();

        Assert.Equal(cells[1].Cell.Id, Assert.Single(story.Reports<CellFinished>()).Cell);
        var stopped = Assert.Single(story.Reports<CellStopped>());
        Assert.Equal((cells[0].Cell.Id, StopReason.Preemption), (stopped.Cell, stopped.Reason));
        Assert.InRange(stopped.Step, 5, 59);
        Assert.Equal(stopped.Step, studio.CheckpointsOf(cells[0])[^1]);
        Assert.Equal(Enumerable.Range(0, stopped.Step), studio.TelemetryOf(cells[0]).Select(report => report.Step));
    }

    [Fact]
    public async Task A_cancelled_shard_is_silent_and_the_device_free_for_the_next()
    {
        await using var studio = new Studio();
        var recipe = Studio.Recipe with { Steps = Long };
        var story = studio.Start(Studio.Shard([studio.Cell(1, recipe: recipe)], every: 2, recipe: recipe));
        await story.UntilAsync(told => told is CellTold { Report: CellProgress });

        story.Run.Cancel();
        var next = await studio.Start(Studio.Shard([studio.Cell(2)], shard: 2)).OverAsync();

        Assert.Single(next.Reports<CellFinished>());
        Assert.DoesNotContain(story.Events, told => told is ShardEnded or ShardRendered or ShardCrashed or CellTold { Report: not CellProgress });
        story.Run.Cancel();
        story.Run.Stop([], StopReason.Pause);
    }

    [Fact]
    public async Task A_disposed_engine_lets_go_of_what_renders_and_still_stores_what_was_rendered()
    {
        await using var studio = new Studio();
        studio.Store.Block();
        var done = studio.Start(Studio.Shard([studio.Cell(1)]));
        await done.Rendered;
        var recipe = Studio.Recipe with { Steps = Long };
        var running = studio.Start(Studio.Shard([studio.Cell(2, recipe: recipe)], shard: 2, recipe: recipe));
        await Eventually.True(() => studio.Live.Any(report => report.Cell == $"{2:x32}"));

        var engine = studio.Engine;
        engine.Dispose();
        await engine.Ended.WaitAsync(Studio.Patience, TestContext.Current.CancellationToken);
        studio.Store.Unblock();

        Assert.Single((await done.OverAsync()).Reports<CellFinished>());
        Assert.Empty(running.Reports<CellReport>());
    }

    [Fact]
    public async Task A_breakdown_ends_the_engine_and_a_fresh_one_renders_the_shard()
    {
        var loads = 0;
        await using var studio = new Studio(options: plain => plain with
        {
            Weights = () => ++loads == 1 ? throw new TorchException("CUDA out of memory. Tried to allocate 2 GiB\nat somewhere", isOutOfMemory: true) : plain.Weights(),
        });

        var crashed = await studio.Start(Studio.Shard([studio.Cell(1)])).OverAsync();
        var waiting = studio.Start(Studio.Shard([studio.Cell(2)], shard: 2));
        await studio.Engine.Ended.WaitAsync(Studio.Patience, TestContext.Current.CancellationToken);
        studio.Replace();
        var again = await studio.Start(Studio.Shard([studio.Cell(1, attempt: 2)], epoch: 2)).OverAsync();

        Assert.Equal(new ShardCrashed("CUDA out of memory. Tried to allocate 2 GiB", IsTransient: true), Assert.Single(crashed.Events));
        Assert.Empty(waiting.Events);
        Assert.Single(again.Reports<CellFinished>());
    }

    [Fact]
    public async Task What_was_finished_before_a_breakdown_counts()
    {
        var room = 0;
        await using var studio = new Studio(options: plain => plain with { AvailableBytes = () => ++room > 2 ? throw new TorchException("the device is lost", isOutOfMemory: false) : null });

        // The device is asked once for the ladder and once before each batch; cells of two sizes are two batches.
        var story = await studio.Start(Studio.Shard([studio.Cell(1), studio.Cell(2, size: 16)])).OverAsync();

        Assert.Single(story.Reports<CellFinished>());
        Assert.Equal("the device is lost", Assert.IsType<ShardCrashed>(story.Events[^1]).Message);
    }

    [Fact]
    public async Task Too_many_shards_at_once_are_refused()
    {
        await using var studio = new Studio();
        var recipe = Studio.Recipe with { Steps = Long };
        for (var shard = 1; shard <= 16; shard++) studio.Start(Studio.Shard([studio.Cell(1, recipe: recipe)], shard: shard, recipe: recipe));

        Assert.Throws<InvalidOperationException>(() => Enumerable.Range(17, 3).Select(shard => studio.Start(Studio.Shard([studio.Cell(1)], shard: shard))).ToList());
    }
}
