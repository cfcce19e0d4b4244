using System.Diagnostics;
using StyleFarm.Coordinator.Telemetry;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit.Otlp;

namespace StyleFarm.Coordinator.Tests.Telemetry;

/// <summary>A job's trace: handed on as data by the farm, and told of in spans beside it.</summary>
public sealed class FarmTraceTests
{
    const string First = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const string Second = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void A_trace_comes_with_a_job_and_goes_with_its_shards_also_after_the_coordinator_died()
    {
        var table = new FarmTable(new FarmOptions { WakesAllJobs = true });
        table.Hello("a");
        table.Submit(FarmTable.Job() with { Trace = First }, FarmTable.Cell(0), FarmTable.Cell(1), FarmTable.Cell(2));
        table.Restart();
        table.Read(FarmTable.Job(), isLast: true, FarmTable.Cell(0), FarmTable.Cell(1), FarmTable.Cell(2));
        table.Pass(11);
        table.Hello("b");

        Assert.Equal(["a", "b"], table.Assigned().Select(order => order.Lease.Node.ToString()).Distinct().Order());
        Assert.All(table.Assigned(), order => Assert.Equal(First, order.Trace));
        table.Finish(table.Assigned("b")[^1]);
        Assert.All(table.Effects.OfType<Publish>(), publish => Assert.Equal(First, publish.Trace));
    }

    [Fact]
    public void A_job_that_is_wanted_again_goes_on_in_the_newer_trace_if_there_is_one()
    {
        var table = new FarmTable();
        table.Submit(FarmTable.Job() with { Trace = First }, FarmTable.Cell(0));
        table.Submit(FarmTable.Job(), FarmTable.Cell(0));
        Assert.Equal(First, table.State.Job(FarmTable.Job().Id).Trace);

        table.Submit(FarmTable.Job() with { Trace = Second }, FarmTable.Cell(0));
        table.Hello("a");

        Assert.Equal(Second, Assert.Single(table.Assigned()).Trace);
    }

    [Fact]
    public void A_shard_that_is_tried_elsewhere_is_in_the_same_trace_with_both_claims_told()
    {
        using var spans = new SpanCatcher("a1000000000000000000000000000001");
        var (table, trace) = (new FarmTable(), new FarmTrace(TimeProvider.System));
        trace.Begin(table.State);
        table.Hello("a");
        table.Submit(FarmTable.Job() with { Trace = spans.Root }, FarmTable.Cell(0), FarmTable.Cell(1));
        var lost = Assert.IsType<AssignShard>(Told(table, trace).Single());
        Assert.Same(lost.Trace, ((AssignShard)trace.Stamp(table.Sent.Single(send => send.Message is AssignShard)).Message).Trace);
        table.Beat("a", lost.Lease);
        table.Pass(11);
        table.Hello("b");
        var order = Assert.IsType<AssignShard>(Told(table, trace).Single());
        table.FinishAll(order);
        Told(table, trace);

        Assert.Equal(["place shard", "lease shard", "place shard", "lease shard", "run job"], spans.Names);
        Assert.Equal([lost.Trace, order.Trace], spans.Of("place shard").Select(span => span.Id));
        var leases = spans.Of("lease shard");
        Assert.Equal([("expired", "a", 1L, ActivityStatusCode.Error), ("done", "b", 2L, ActivityStatusCode.Unset)], leases.Select(span =>
            ((string)span.GetTagItem(Tags.Outcome)!, (string)span.GetTagItem(Tags.Node)!, (long)span.GetTagItem(Tags.Epoch)!, span.Status)));
        Assert.All(leases, span => Assert.Equal("00000000000000aa", span.ParentSpanId.ToHexString()));
    }

    [Fact]
    public void A_claim_that_a_dead_coordinator_gave_is_told_of_by_the_one_that_sees_its_end()
    {
        using var spans = new SpanCatcher("a1000000000000000000000000000002");
        var table = new FarmTable();
        table.Hello("a");
        table.Submit(FarmTable.Job() with { Trace = spans.Root }, FarmTable.Cell(0), FarmTable.Cell(1));
        var order = table.Assigned().Single();
        table.Restart();
        table.Effects.Clear();
        var trace = new FarmTrace(TimeProvider.System);
        trace.Begin(table.State);
        table.Hello("a", held: order.Lease);
        table.FinishAll(order);
        Told(table, trace);

        Assert.Equal("done", Assert.Single(spans.Of("lease shard")).GetTagItem(Tags.Outcome));
        Assert.Empty(spans.Of("place shard"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("nonsense")]
    public void What_has_no_trace_has_no_spans_and_nothing_is_made_up(string? none)
    {
        using var spans = new SpanCatcher("a1000000000000000000000000000003");
        var (command, span) = FarmTrace.Accept(new SubmitJob(FarmTable.Job() with { Trace = none }));
        var send = new Send(new("a"), new AssignShard
        {
            CoordinatorEpoch = 1,
            Lease = new(new(1), new("a"), 1),
            Job = FarmTable.Job().Id,
            Recipe = FarmTable.Job().Recipe,
            Precision = "fp32",
            CheckpointEvery = 1,
            Cells = [],
            Trace = none,
        });

        Assert.Null(span);
        Assert.Equal(none, ((SubmitJob)command).Spec.Trace);
        Assert.Same(send, new FarmTrace(TimeProvider.System).Stamp(send));
    }

    [Fact]
    public void Figures_are_those_of_the_farm()
    {
        var table = new FarmTable();
        table.Hello("a");
        table.Submit(FarmTable.Job() with { ShardCells = 2 }, [.. Enumerable.Range(0, 7).Select(cell => FarmTable.Cell(cell))]);

        Assert.Equal(new FarmFigures(Waiting: 3, Rendering: 4, Leases: 2, Nodes: 1, Jobs: 1), FarmFigures.Of(table.Farm));
    }

    /// <summary>Lets the effects since the last time go past the trace, as the actor does; gives the assignments as they are sent.</summary>
    static List<WireMessage> Told(FarmTable table, FarmTrace trace)
    {
        var sent = new List<WireMessage>();
        foreach (var effect in table.Effects)
        {
            if (effect is Happened happened) trace.Happened(happened.Event);
            if (effect is Send send && trace.Stamp(send).Message is AssignShard order) sent.Add(order);
        }

        table.Effects.Clear();
        return sent;
    }
}
