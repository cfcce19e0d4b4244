using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>A store that is away, slow, or refuses: the rendering goes on, only results wait.</summary>
[Collection(nameof(Device))]
public sealed class OutageTests
{
    [Fact]
    public async Task While_the_store_is_away_the_newest_two_sets_wait_on_the_disk_and_the_result_waits_for_it()
    {
        var clock = new ManualClock();
        await using var studio = new Studio(clock: clock);
        studio.Store.Fails = key => key.Contains("/checkpoints", StringComparison.Ordinal) && key.EndsWith("checkpoints", StringComparison.Ordinal) ? null : Away;
        var cells = new[] { studio.Cell(1), studio.Cell(2) };

        var story = studio.Start(Studio.Shard(cells, every: 2));
        await story.Rendered;
        await Eventually.True(() => Spooled(studio).SequenceEqual([8, 8, 10, 10]));
        Assert.Empty(studio.Store.Puts);
        Assert.Empty(story.Reports<CellReport>());
        Assert.Single(studio.Notes, note => note.Contains("trying again until it answers", StringComparison.Ordinal));

        studio.Store.Fails = _ => null;
        await Eventually.True(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return story.Events.OfType<ShardEnded>().Any();
        });

        Assert.Equal(2, story.Reports<CellFinished>().Count);
        Assert.Empty(Spooled(studio));
        foreach (var cell in cells)
        {
            Assert.Equal([8, 10], studio.CheckpointsOf(cell));
            Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(cell).Select(report => report.Step));
        }
    }

    [Fact]
    public async Task What_a_killed_node_left_on_its_disk_is_gone_on_from()
    {
        var clock = new ManualClock();
        await using var studio = new Studio(clock: clock);
        studio.Store.Fails = key => key.EndsWith("checkpoints", StringComparison.Ordinal) ? null : Away;
        var first = studio.Start(Studio.Shard([studio.Cell(1)], every: 2));
        await first.Rendered;
        await Eventually.True(() => Spooled(studio).SequenceEqual([8, 10]));
        var left = Directory.GetFiles(studio.SpoolFolder, "0*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
        first.Run.Cancel();
        await Eventually.True(() => Directory.GetDirectories(studio.SpoolFolder).Length == 0);
        studio.Replace();
        foreach (var (path, bytes) in left)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        studio.Store.Fails = _ => null;
        await studio.Start(Studio.Shard([studio.Cell(1, attempt: 2)], every: 2, epoch: 2)).OverAsync();

        Assert.Equal(10, (int)studio.ProvenanceOf(studio.Cell(1, attempt: 2))["timings"]!["resumed_at_step"]!);
        Assert.Empty(Spooled(studio));
    }

    [Fact]
    public async Task A_slow_store_gets_the_newest_sets_whole_and_the_render_thread_never_waits()
    {
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1), studio.Cell(2), studio.Cell(3) };
        studio.Store.Block();

        var story = studio.Start(Studio.Shard(cells, every: 1));
        await story.Rendered;
        studio.Store.Unblock();
        await story.OverAsync();

        var steps = cells.Select(cell => studio.Store.Puts.Where(put => put.StartsWith($"cells/{cell.Cell.Id}/checkpoints/", StringComparison.Ordinal))
            .Select(put => put.Split('/')[^1]).ToList()).ToList();
        Assert.All(steps, own => Assert.Equal(steps[0], own));
        Assert.InRange(steps[0].Count, 2, 3);
        Assert.Equal(["00000010.1.safetensors", "00000011.1.safetensors"], steps[0].TakeLast(2));
        Assert.All(cells, cell => Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(cell).Select(report => report.Step)));
    }

    [Fact]
    public async Task A_set_that_was_stored_half_is_made_whole_before_newer_ones()
    {
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1), studio.Cell(2) };
        var (first, second) = ($"cells/{cells[0].Cell.Id}/checkpoints/00000002.1.safetensors", $"cells/{cells[1].Cell.Id}/checkpoints/00000002.1.safetensors");
        var failures = 0;
        studio.Store.Before = async key =>
        {
            if (key == second) await Eventually.True(() => studio.Store.Puts.Contains(first));
        };
        studio.Store.Fails = key => key == second && failures++ < 5 ? Away : null;

        var story = await studio.Start(Studio.Shard(cells, every: 2)).OverAsync();

        Assert.True(failures > 5);
        Assert.Equal([2, 2], story.Reports<CellProgress>().Take(2).Select(report => report.Step));
        var puts = studio.Store.Puts.Where(put => put.Contains("/checkpoints/", StringComparison.Ordinal)).Select(put => put.Split('/')[^1][..8]).ToList();
        Assert.Equal(puts.Order(StringComparer.Ordinal), puts);
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_up_on_and_tried_again()
    {
        await using var studio = new Studio(options: plain => plain with { StoreTimeout = TimeSpan.FromMilliseconds(200) });
        studio.Store.Block();

        var story = studio.Start(Studio.Shard([studio.Cell(1)]));
        await Eventually.True(() => studio.Notes.Any(note => note.Contains("has not answered for 0.2 s", StringComparison.Ordinal)));
        studio.Store.Unblock();

        Assert.Single((await story.OverAsync()).Reports<CellFinished>());
    }

    [Fact]
    public async Task A_store_that_refuses_for_good_fails_the_cell_for_good_with_its_reason()
    {
        await using var studio = new Studio();
        studio.Store.Fails = key => key.Contains("/attempts/", StringComparison.Ordinal) ? new StoreException($"{key}: access denied; give the node's key write permission", isTransient: false) : null;

        var failed = Assert.Single((await studio.Start(Studio.Shard([studio.Cell(1)])).OverAsync()).Reports<CellFailed>());

        Assert.False(failed.IsTransient);
        Assert.EndsWith("give the node's key write permission", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_shard_renders_while_results_of_the_one_before_wait()
    {
        await using var studio = new Studio();
        studio.Store.Fails = key => key.Contains($"{1:x32}/attempts", StringComparison.Ordinal) ? Away : null;

        var first = studio.Start(Studio.Shard([studio.Cell(1)]));
        var second = await studio.Start(Studio.Shard([studio.Cell(2)], shard: 2)).OverAsync();

        Assert.Single(second.Reports<CellFinished>());
        Assert.Empty(first.Reports<CellFinished>());
        studio.Store.Fails = _ => null;
        Assert.Single((await first.OverAsync()).Reports<CellFinished>());
    }

    [Fact]
    public async Task A_shard_waits_for_a_store_that_is_away_at_its_beginning_and_can_be_stopped_meanwhile()
    {
        await using var studio = new Studio();
        studio.Store.Fails = _ => Away;

        var story = studio.Start(Studio.Shard([studio.Cell(1), studio.Cell(2)]));
        await Eventually.True(() => !studio.Notes.IsEmpty);
        story.Run.Stop([], StopReason.Pause);

        await story.OverAsync();
        Assert.Equal([(0, StopReason.Pause), (0, StopReason.Pause)], story.Reports<CellStopped>().Select(report => (report.Step, report.Reason)));
    }

    static StoreException Away => new("the store does not answer", isTransient: true);

    /// <summary>Steps of the checkpoints of all cells on the disk, in order; the disk may be a little behind the render thread.</summary>
    static IReadOnlyList<int> Spooled(Studio studio)
    {
        var spool = new Spool(studio.SpoolFolder);
        var cells = Directory.Exists(studio.SpoolFolder) ? Directory.GetDirectories(studio.SpoolFolder) : [];
        return [.. cells.SelectMany(own => spool.Of(new CellId(Path.GetFileName(own)))).Select(kept => kept.Step).Order()];
    }
}
