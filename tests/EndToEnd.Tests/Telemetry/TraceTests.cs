using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Otlp;

namespace StyleFarm.EndToEnd.Tests.Telemetry;

/// <summary>What a collector gets of a job, and what becomes of a farm whose collector is away.</summary>
public sealed class TraceTests
{
    const string OuterTrace = "0af7651916cd43dd8448eb211c80319c";
    const string OuterSpan = "b7ad6b7169203331";

    [Fact]
    public async Task A_job_is_one_trace_from_submit_to_result_and_metrics_count_its_cells()
    {
        await using var collector = new OtlpReceiver();
        using var farm = new TracedFarm(collector.Url, ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer secret"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"));
        farm.Files.WithSweep("style: [style.png]", "parameters:", "  style_weight: [1000, 10000]", "  tv_weight: [0, 10]");
        await farm.BeginAsync();

        await farm.SubmitAsync(FarmStudio.Sweep("--out", "grid"));
        var ended = await farm.EndAsync();

        Assert.Empty(collector.Faults);
        OtlpSpan[] spans = [.. collector.Spans];
        Assert.Single(spans.Select(span => span.Trace).Distinct());
        Assert.Equal("submit job", Assert.Single(spans, span => span.Parent.Length == 0).Name);
        var byId = spans.ToDictionary(span => span.Id);
        Assert.All(spans.Where(span => span.Parent.Length > 0), span => Assert.Contains(span.Parent, byId));
        Assert.All(spans, span => Assert.False(span.IsError, span.Name));
        Assert.Equal(
            ["submit job", "POST /api/v1/jobs", "accept job", "place shard", "render shard", "render cell", "upload result"],
            Path(spans.First(span => span.Name == "upload result"), byId));
        AssertCells(spans, [.. farm.Files.Cells().Select(folder => System.IO.Path.GetFileName(folder))]);
        AssertMetrics(collector);
        Assert.All(collector.Authorizations, authorization => Assert.Equal("Bearer secret", authorization));
        Assert.DoesNotContain("secret", ended.Text);
    }

    [Fact]
    public async Task A_trace_that_was_begun_outside_goes_on_and_one_that_is_not_sampled_leaves_nothing()
    {
        await using var collector = new OtlpReceiver();
        using var farm = new TracedFarm(collector.Url, ("OTEL_SERVICE_NAME", "painters"));
        farm.Files.WithPhotos("photos/a.png").WithSweep("style: [style.png]", "seeds: 1");
        await farm.BeginAsync();

        await farm.SubmitAsync(FarmStudio.Batch("--out", "painted"), ("TRACEPARENT", $"00-{OuterTrace}-{OuterSpan}-01"));
        await farm.SubmitAsync(FarmStudio.Sweep("--out", "grid"), ("TRACEPARENT", $"00-{OuterTrace[..31]}d-{OuterSpan}-00"),
            ("OTEL_METRICS_EXPORTER", "none"));
        await farm.EndAsync();

        Assert.All(collector.Spans, span => Assert.Equal((OuterTrace, "painters"), (span.Trace, span.Service)));
        Assert.Equal(OuterSpan, Assert.Single(collector.Spans, span => span.Name == "submit job").Parent);
        Assert.Single(collector.Spans, span => span.Name == "publish result");
        Assert.Equal(2, collector.Newest("stylefarm.cell.results", "stylefarm.outcome", "finished"));
        Assert.All(collector.Points, point => Assert.Equal("painters", point.Service));
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_one_line()
    {
        using var farm = new TracedFarm("http://127.0.0.1:1", ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer secret"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_METRIC_EXPORT_INTERVAL", "100"));
        farm.Files.WithSweep("style: [style.png]", "parameters:", "  tv_weight: [0, 10]");
        await farm.BeginAsync();

        var submitted = await farm.SubmitAsync(FarmStudio.Sweep("--out", "grid"));
        var ended = await farm.EndAsync();

        Assert.Equal("stylefarm: traces and metrics: http://127.0.0.1:1 cannot be reached: no connection; the farm goes on without",
            Assert.Single(submitted.Errors));
        Assert.Single(ended.Output, line => line.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Empty(ended.Errors);
        Assert.DoesNotContain("secret", ended.Text);
        Assert.Equal(2, farm.Files.Files("grid", "*.png").Length);
    }

    static void AssertCells(OtlpSpan[] spans, string[] cells)
    {
        Assert.Equal(4, cells.Length);
        var rendered = spans.Where(span => span.Name == "render cell").ToDictionary(span => span.Attributes["stylefarm.cell.id"]);
        Assert.Equal(cells.Order(), rendered.Keys.Order());
        foreach (var span in rendered.Values)
        {
            Assert.Equal("StyleFarm.Node", span.Source);
            Assert.StartsWith("grid-", span.Attributes["stylefarm.job.id"]);
            Assert.Equal(["1", "local", "cpu", "0", "12", "2", "finished"],
                new[] { "cell.attempt", "node.id", "device", "cell.first_step", "cell.step", "batch.size", "outcome" }
                    .Select(name => span.Attributes[$"stylefarm.{name}"]));
            Assert.True(span.EndNanoseconds > span.StartNanoseconds);
        }

        foreach (var name in new[] { "upload result", "publish result" })
            Assert.Equal(cells.Order(), spans.Where(span => span.Name == name).Select(span => span.Attributes["stylefarm.cell.id"]).Order());
        Assert.Equal(["done", "done"], spans.Where(span => span.Name == "lease shard").Select(span => span.Attributes["stylefarm.outcome"]));
        var job = Assert.Single(spans, span => span.Name == "run job");
        Assert.Equal(("done", "4"), (job.Attributes["stylefarm.outcome"], job.Attributes["stylefarm.cells.finished"]));
    }

    static void AssertMetrics(OtlpReceiver collector)
    {
        Assert.Equal(4, collector.Newest("stylefarm.cell.results", "stylefarm.outcome", "finished"));
        Assert.Equal(0, collector.Newest("stylefarm.cell.results", "stylefarm.outcome", "failed"));
        Assert.Equal(4 * 12, collector.Newest("stylefarm.node.steps"));
        Assert.Equal(2, collector.Newest("stylefarm.node.batch.size"));
        Assert.Equal(4, collector.Newest("stylefarm.node.upload.duration", "stylefarm.upload.kind", "result"));
        Assert.True(collector.Newest("stylefarm.node.upload.size", "stylefarm.upload.kind", "checkpoint") > 0);
        Assert.Equal(0, collector.Newest("stylefarm.node.uploads.waiting"));
        Assert.True(collector.Newest("stylefarm.node.target_cache.requests", "stylefarm.outcome", "hit") > 0);
        Assert.True(collector.Newest("stylefarm.journal.records") > collector.Newest("stylefarm.journal.append.duration"));
        Assert.True(collector.Newest("stylefarm.store.request.duration", "stylefarm.store.operation", "put") > 0);
        foreach (var gauge in new[] { "stylefarm.leader", "stylefarm.node.count" })
            Assert.Contains(collector.Points, point => point.Name == gauge && point.Value == 1);
        // What comes and goes may do so between two looks.
        foreach (var gauge in new[] { "stylefarm.lease.count", "stylefarm.job.count", "stylefarm.cell.count" })
            Assert.Contains(collector.Points, point => point.Name == gauge);
        Assert.DoesNotContain(collector.Points, point => point.Attributes.ContainsKey("stylefarm.cell.id"));
    }

    static string[] Path(OtlpSpan span, Dictionary<string, OtlpSpan> byId) =>
        [.. span.Parent.Length > 0 ? Path(byId[span.Parent], byId) : [], span.Name];
}
