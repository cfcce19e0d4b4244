using System.Diagnostics;
using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Otlp;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>Servers of these tests' own, which kill them.</summary>
public sealed class ClusterServices : IAsyncDisposable
{
    internal DevServices Servers { get; } = DevServices.Own();

    public ValueTask DisposeAsync() => Servers.DisposeAsync();
}

/// <summary>Coordinators and nodes in processes of their own, on RabbitMQ, PostgreSQL and S3, as a user starts them; and what happens when one of them dies.</summary>
public sealed class ClusterTests(ClusterServices services) : IClassFixture<ClusterServices>
{
    static readonly string[] Grid =
        ["style: [style.png]", "parameters:", "  style_weight: {log: [1000, 100000, 6]}", "  tv_weight: [0, 10]", "  optimizer.lr: [0.05, 0.1]"];

    [Fact]
    public async Task Two_coordinators_and_three_nodes_come_to_the_pictures_of_one_process()
    {
        using var studio = await ClusterStudio.OpenAsync(services.Servers);
        var photos = Enumerable.Range(0, 40).Select(number => $"photos/{number:D2}.png").ToArray();
        studio.Files.WithPhotos(photos).WithSweep("style: [style.png]", "parameters:",
            "  style_weight: {log: [1000, 100000, 15]}", "  tv_weight: [0, 10]", "  optimizer.lr: [0.05, 0.1]");
        await studio.ServeAsync("one");
        await studio.ServeAsync("two");
        await studio.NodesAsync("a", "b", "c");

        using var sweep = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        using var batch = studio.Submit(FarmStudio.Batch("--out", "painted"));
        foreach (var run in new[] { sweep, batch }) (await run.EndAsync()).Succeeds();
        (await studio.Files.RunAsync(FarmStudio.Sweep("--out", "grid-alone"))).Succeeds();
        (await studio.Files.RunAsync(FarmStudio.Batch("--out", "painted-alone"))).Succeeds();

        Assert.Equal((60, 40), (SameFiles(studio, "grid", "grid-alone"), SameFiles(studio, "painted", "painted-alone")));
        Assert.Equal(100, await ClusterAudit.CheckAsync(studio));
        Assert.NotEmpty(studio.Files.Files("grid", "index.html"));
    }

    [Fact]
    public async Task A_leader_that_is_killed_is_replaced_and_one_that_was_frozen_steps_down()
    {
        using var studio = await ClusterStudio.OpenAsync(services.Servers);
        LongSweep(studio);
        var one = await studio.ServeAsync("one");
        await ClusterStudio.UntilAsync(one, "one leads");
        var two = await studio.ServeAsync("two");
        var three = await studio.ServeAsync("three");
        await studio.NodesAsync("a", "b");
        using var sweep = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await ClusterStudio.UntilAsync(sweep, "of 24 finished");

        one.Signal("KILL");
        var watch = Stopwatch.StartNew();
        var (isTwo, isThree) = (ClusterStudio.UntilAsync(two, "two leads"), ClusterStudio.UntilAsync(three, "three leads"));
        var first = await Task.WhenAny(isTwo, isThree);
        var killed = watch.Elapsed;
        var (leader, name, other) = first == isTwo ? (two, "two", isThree) : (three, "three", isTwo);
        await ClusterStudio.UntilAsync(sweep, "finished");
        leader.Signal("STOP");
        watch.Restart();
        await other;
        var frozen = watch.Elapsed;
        leader.Signal("CONT");
        await ClusterStudio.UntilAsync(leader, $"{name} leads no more");

        (await sweep.EndAsync()).Succeeds();
        Assert.Equal(24, await ClusterAudit.CheckAsync(studio));
        TestContext.Current.TestOutputHelper!.WriteLine($"another leads {killed.TotalSeconds:F1} s after a kill, {frozen.TotalSeconds:F1} s after a freeze");
    }

    [Fact]
    public async Task Cells_of_a_killed_node_go_on_elsewhere_and_a_drained_one_is_left_alone()
    {
        using var studio = await ClusterStudio.OpenAsync(services.Servers);
        LongSweep(studio);
        await studio.ServeAsync("one");
        var nodes = await studio.NodesAsync("a", "b");
        using var sweep = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await ClusterStudio.UntilAsync(sweep, "of 24 finished");

        nodes[0].Signal("KILL");
        await studio.NodesAsync("c");
        (await studio.AskAsync("drain", "b")).Succeeds();

        (await sweep.EndAsync()).Succeeds();
        Assert.Equal(24, await ClusterAudit.CheckAsync(studio));
        nodes[1].Signal("TERM");
        Assert.Equal(0, (await nodes[1].EndAsync()).Code);
    }

    [Fact]
    public async Task Services_that_are_killed_and_come_back_cost_time_and_nothing_else()
    {
        using var studio = await ClusterStudio.OpenAsync(services.Servers);
        LongSweep(studio);
        await studio.ServeAsync("one");
        await studio.ServeAsync("two");
        await studio.NodesAsync("a", "b");
        using var sweep = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await ClusterStudio.UntilAsync(sweep, "of 24 finished");

        foreach (var service in new[] { "rabbitmq", "postgres", "s3" })
        {
            await services.Servers.KillAsync(service);
            await services.Servers.ReviveAsync(service);
        }

        (await sweep.EndAsync()).Succeeds();
        Assert.Equal(24, await ClusterAudit.CheckAsync(studio));
    }

    [Fact]
    public async Task A_job_stays_one_trace_when_its_leader_and_one_of_its_nodes_die()
    {
        await using var collector = new OtlpReceiver();
        using var studio = await ClusterStudio.OpenAsync(services.Servers);
        (studio.Environment["STYLEFARM_OTLP"], studio.Environment["OTEL_BSP_SCHEDULE_DELAY"]) = (collector.Url, "50");
        LongSweep(studio);
        var one = await studio.ServeAsync("one");
        await ClusterStudio.UntilAsync(one, "one leads");
        var two = await studio.ServeAsync("two");
        var nodes = await studio.NodesAsync("a", "b");
        using var sweep = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await collector.UntilAsync(() => Has("a", "render cell") && Has("one", "publish result"), TestContext.Current.CancellationToken);

        nodes[0].Signal("KILL");
        one.Signal("KILL");
        (await sweep.EndAsync()).Succeeds();
        two.Signal("TERM");
        (await two.EndAsync()).Succeeds();
        nodes[1].Signal("TERM");
        (await nodes[1].EndAsync()).Succeeds();

        Assert.Empty(collector.Faults);
        Assert.Single(collector.Spans.Select(span => span.Trace).Distinct());
        Assert.Equal(["a", "b", "one", "two"], collector.Spans.Where(span => span.Service != "stylefarm-submit").Select(span => span.Instance).Distinct().Order());
        // A process that is killed takes with it what it had not sent yet.
        Assert.InRange(Cells("publish result").Distinct().Count(), 18, 24);
        Assert.Contains(collector.Spans, span => span is { Name: "render cell", Instance: "b" } && span.Attributes["stylefarm.cell.attempt"] != "1");
        Assert.Contains(collector.Spans, span => span is { Name: "lease shard", Instance: "two", IsError: true } && span.Attributes["stylefarm.node.id"] == "a");
        Assert.Equal("two", Assert.Single(collector.Spans, span => span.Name == "run job").Instance);

        bool Has(string instance, string name) => collector.Spans.Any(span => span.Instance == instance && span.Name == name);
        IEnumerable<string> Cells(string name) => collector.Spans.Where(span => span.Name == name).Select(span => span.Attributes["stylefarm.cell.id"]);
    }

    static void LongSweep(ClusterStudio studio)
    {
        var path = studio.Files.WithSweep(Grid)["grid.yaml"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("steps: 12", "steps: 40", StringComparison.Ordinal));
    }

    static int SameFiles(ClusterStudio studio, string folder, string other)
    {
        var names = studio.Files.Files(folder, "*.png");
        Assert.Equal(studio.Files.Files(other, "*.png"), names);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(studio.Files[other], name)), File.ReadAllBytes(Path.Combine(studio.Files[folder], name))));
        return names.Length;
    }
}
