using System.Diagnostics;
using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Tests.Rendering;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit.Otlp;

namespace StyleFarm.GpuNode.Tests.Telemetry;

/// <summary>What a node's spans tell of a shard.</summary>
[Collection(nameof(Device))]
public sealed class ShardTraceTests
{
    [Fact]
    public async Task A_shard_has_a_span_below_it_one_for_each_cell_and_one_for_each_upload()
    {
        using var spans = new SpanCatcher("b1000000000000000000000000000001");
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1), studio.Cell(2, attempt: 3) };

        await studio.Start(Studio.Shard(cells, every: 5) with { Trace = spans.Root }).OverAsync();

        var shard = Assert.Single(spans.Of("render shard"));
        Assert.Equal(("00000000000000aa", "done", "one", 2),
            (shard.ParentSpanId.ToHexString(), Tag(shard, Tags.Outcome), Tag(shard, Tags.Node), Tag(shard, Tags.Cells)));
        var rendered = spans.Of("render cell");
        Assert.All(rendered, span => Assert.Equal(shard.SpanId, span.ParentSpanId));
        Assert.Equal([(cells[0].Cell.Id.ToString(), 1, 0, 12, 2, "finished"), (cells[1].Cell.Id.ToString(), 3, 0, 12, 2, "finished")],
            rendered.Select(span => ((string)Tag(span, Tags.Cell)!, (int)Tag(span, Tags.Attempt)!, (int)Tag(span, Tags.FirstStep)!,
                (int)Tag(span, Tags.Step)!, (int)Tag(span, Tags.BatchSize)!, (string)Tag(span, Tags.Outcome)!)));
        Assert.Equal([5, 10], spans.Of("upload checkpoint").Select(span => (int)Tag(span, Tags.Step)!));
        Assert.All(spans.Of("upload checkpoint"), span => Assert.Equal(shard.SpanId, span.ParentSpanId));
        Assert.Equal(rendered.Select(span => span.SpanId), spans.Of("upload result").Select(span => span.ParentSpanId));
        Assert.Equal(studio.Store.Objects.Where(stored => stored.Key.Contains(cells[0].Cell.Id.ToString(), StringComparison.Ordinal)
            && (stored.Key.Contains("/attempts/", StringComparison.Ordinal) || stored.Key.EndsWith("/00000012.jpg", StringComparison.Ordinal)
                || stored.Key.EndsWith("/telemetry/00000010.jsonl", StringComparison.Ordinal))).Sum(stored => (long)stored.Value.Length),
            Tag(spans.Of("upload result")[0], Tags.Size));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task A_store_that_is_away_shows_in_the_tries_and_a_stop_in_the_outcome()
    {
        using var spans = new SpanCatcher("b1000000000000000000000000000002");
        await using var studio = new Studio();
        var failures = 3;
        studio.Store.Fails = key => key.Contains("/checkpoints/", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) >= 0
            ? new StoreException("away", isTransient: true) : null;

        var story = studio.Start(Studio.Shard([studio.Cell(1, stopAt: 6)], every: 0) with { Trace = spans.Root });
        await story.OverAsync();

        Assert.Single(story.Reports<CellStopped>());
        var upload = Assert.Single(spans.Of("upload checkpoint"));
        Assert.Equal((4, "stored"), (Tag(upload, Tags.Tries), Tag(upload, Tags.Outcome)));
        Assert.Equal(("stopped", 6), (Tag(spans.Of("render cell")[0], Tags.Outcome), Tag(spans.Of("render cell")[0], Tags.Step)));
    }

    [Fact]
    public async Task A_shard_that_is_let_go_ends_all_its_spans_and_one_without_a_trace_has_none()
    {
        using var spans = new SpanCatcher("b1000000000000000000000000000003");
        await using var studio = new Studio();
        var long_ = Studio.Recipe with { Steps = 100_000 };
        var story = studio.Start(Studio.Shard([studio.Cell(1, recipe: long_)], every: 1, recipe: long_) with { Trace = spans.Root });
        await story.UntilAsync(told => told is CellTold { Report: CellProgress });
        story.Run.Cancel();
        await Eventually.True(() => spans.Of("render shard").Count == 1);
        await studio.Start(Studio.Shard([studio.Cell(2)], shard: 2)).OverAsync();

        Assert.Equal("cancelled", Tag(Assert.Single(spans.Of("render shard")), Tags.Outcome));
        Assert.Equal("stopped", Tag(Assert.Single(spans.Of("render cell")), Tags.Outcome));
        Assert.All(spans.Of("upload checkpoint"), span => Assert.True(Tag(span, Tags.Outcome) is "stored" or "cancelled" or "dropped"));
    }

    static object? Tag(Activity span, string name) => span.GetTagItem(name);
}
