using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>A node that is killed at any moment: the next one comes to the same bits.</summary>
[Collection(nameof(Device))]
public sealed class ResumeTests
{
    const int Interval = 3;

    [Fact]
    public async Task Killed_at_any_put_of_the_store_a_shard_comes_to_the_same_pictures_with_one_interval_repeated_at_most()
    {
        var (whole, puts) = await WholeAsync();

        for (var put = 0; put < puts; put += 1)
        {
            await using var studio = new Studio();
            studio.Store.DieAfter(put);
            var first = studio.Start(Studio.Shard(Cells(studio, 1), Interval));
            await first.Rendered;
            await Eventually.True(() => studio.Store.IsDead);
            var durable = first.Reports<CellProgress>().Select(report => report.Step).DefaultIfEmpty(0).Max();
            first.Run.Cancel();
            studio.Store.Revive();
            studio.Replace();

            var second = await studio.Start(Studio.Shard(Cells(studio, 2), Interval, epoch: 2)).OverAsync();

            Assert.True(second.Reports<CellFinished>().Count == 3, $"killed at put {put}: {string.Join(", ", second.Events)}");
            for (var cell = 0; cell < 3; cell++)
            {
                Assert.True(studio.ResultOf(Cells(studio, 2)[cell])!.AsSpan().SequenceEqual(whole[cell]), $"killed at put {put}: cell {cell} differs");
                Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(Cells(studio, 2)[cell]).Select(report => report.Step));
                var resumed = (int)studio.ProvenanceOf(Cells(studio, 2)[cell])["timings"]!["resumed_at_step"]!;
                Assert.True(resumed >= durable - Interval, $"killed at put {put} with step {durable} told: went on from {resumed}");
            }
        }
    }

    [Fact]
    public async Task A_broken_checkpoint_is_named_and_passed_over()
    {
        var (whole, _) = await WholeAsync();
        await using var studio = new Studio();
        await studio.Start(Studio.Shard(Cells(studio, 1), Interval)).OverAsync();
        var broken = StoreKey.Checkpoint(Cells(studio, 1)[1].Cell.Id, 9, 1);
        var bytes = studio.Store.Objects[broken.ToString()].ToArray();
        bytes[^5] ^= 1;
        await studio.Store.PutAsync(broken, bytes, TestContext.Current.CancellationToken);

        await studio.Start(Studio.Shard(Cells(studio, 2), Interval, epoch: 2)).OverAsync();

        Assert.Contains(studio.Notes, note => note.Contains(broken.ToString(), StringComparison.Ordinal) && note.Contains("checksum", StringComparison.Ordinal));
        for (var cell = 0; cell < 3; cell++)
        {
            Assert.Equal(whole[cell], studio.ResultOf(Cells(studio, 2)[cell]));
            Assert.Equal(6, (int)studio.ProvenanceOf(Cells(studio, 2)[cell])["timings"]!["resumed_at_step"]!);
        }
    }

    [Fact]
    public async Task What_stopped_at_any_step_goes_on_to_the_same_picture()
    {
        var (whole, _) = await WholeAsync();
        await using var studio = new Studio();
        var first = studio.Start(Studio.Shard(Cells(studio, 1), Interval));
        first.OnEvent = told =>
        {
            if (told is CellTold { Report: CellProgress { Step: 3 } }) first.Run.Stop([], StopReason.Preemption);
        };
        await first.OverAsync();

        var stopped = first.Reports<CellStopped>().ToDictionary(report => report.Cell);
        Assert.Equal(3, stopped.Count + first.Reports<CellFinished>().Count);
        Assert.All(stopped.Values, report => Assert.Contains(report.Step, studio.CheckpointsOf(Cells(studio, 1).Single(cell => cell.Cell.Id == report.Cell))));
        var rest = Cells(studio, 2).Where(cell => stopped.ContainsKey(cell.Cell.Id)).ToList();
        if (rest.Count > 0) await studio.Start(Studio.Shard(rest, Interval, shard: 2)).OverAsync();

        for (var cell = 0; cell < 3; cell++)
            Assert.Equal(whole[cell], studio.ResultOf(Cells(studio, 2)[cell]) ?? studio.ResultOf(Cells(studio, 1)[cell]));
    }

    [Fact]
    public async Task What_an_earlier_try_left_beyond_is_void()
    {
        await using var studio = new Studio();
        var cell = Cells(studio, 1)[0];
        await studio.Start(Studio.Shard([cell], Interval)).OverAsync();
        foreach (var key in studio.Store.KeysBelow(StoreKey.Checkpoints(cell.Cell.Id).ToString()))
            await studio.Store.DeleteAsync(new StoreKey(key), TestContext.Current.CancellationToken);
        await studio.Store.PutAsync(StoreKey.Telemetry(cell.Cell.Id, 7), "{\"of\":\"another interval\"}"u8.ToArray(), TestContext.Current.CancellationToken);

        await studio.Start(Studio.Shard([cell with { Attempt = 2 }], Interval, epoch: 2)).OverAsync();

        Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(cell).Select(report => report.Step));
    }

    [Fact]
    public async Task An_owner_that_was_overtaken_removes_nothing_that_others_go_on_from()
    {
        await using var studio = new Studio();
        await studio.Start(Studio.Shard(Cells(studio, 1), every: 6)).OverAsync();
        var (finished, open) = (Cells(studio, 1)[0].Cell.Id, Cells(studio, 1)[1].Cell.Id);
        var stored = Assert.Single(studio.Store.KeysBelow(StoreKey.Checkpoints(open).ToString()));

        // Attempt 3 has finished one of the cells, which leaves no checkpoints; attempt 2 gets its order only now.
        foreach (var key in studio.Store.KeysBelow(StoreKey.Checkpoints(finished).ToString()).ToList())
            await studio.Store.DeleteAsync(new StoreKey(key), TestContext.Current.CancellationToken);
        await studio.Store.PutAsync(StoreKey.Provenance(finished), "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        await studio.Start(Studio.Shard(Cells(studio, 2), every: 0, epoch: 2)).OverAsync();

        Assert.Contains(stored, studio.Store.KeysBelow(StoreKey.Checkpoints(open).ToString()));
    }

    /// <summary>The pictures of an uninterrupted run, and how many puts it takes.</summary>
    static async Task<(List<byte[]> Pictures, int Puts)> WholeAsync()
    {
        await using var studio = new Studio();
        await studio.Start(Studio.Shard(Cells(studio, 1), Interval)).OverAsync();
        return ([.. Cells(studio, 1).Select(cell => studio.ResultOf(cell)!)], studio.Store.Puts.Count);
    }

    static List<CellAssignment> Cells(Studio studio, int attempt) =>
    [
        studio.Cell(1, attempt), studio.Cell(2, attempt, settings: new Setting("style_weight", "2000")), studio.Cell(3, attempt, settings: new Setting("optimizer.lr", "0.02")),
    ];
}
