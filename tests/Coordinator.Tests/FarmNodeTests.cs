using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Tests;

/// <summary>Nodes that come, fall silent, die, are drained and come back, decision by decision.</summary>
public sealed class FarmNodeTests
{
    readonly FarmTable _table = new();

    [Fact]
    public void A_node_that_is_heard_no_more_loses_its_shard_to_another_with_its_composition()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        var first = Assert.Single(_table.Assigned());
        _table.Beat("n1", first.Lease);
        _table.Pass(5);
        _table.Hello("n2");
        Assert.Empty(_table.Assigned("n2"));

        _table.Pass(6);

        var second = Assert.Single(_table.Assigned("n2"));
        Assert.Equal(first.Cells.Select(cell => cell.Cell.Id), second.Cells.Select(cell => cell.Cell.Id));
        Assert.Equal(1, _table.State.Cell(first.Cells[0].Cell.Id).Crashes);
    }

    [Fact]
    public void A_cell_that_kills_three_nodes_is_found_and_quarantined_and_its_neighbour_finishes()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        for (var i = 1; i <= 2; i++)
        {
            _table.Hello("n1", incarnation: $"{i}");
            _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = $"{i}", Held = [_table.Assigned()[^1].Lease] }));
        }

        _table.Hello("n1", incarnation: "3");
        var killer = _table.Assigned()[^1];
        Assert.Single(killer.Cells);
        _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = "3", Held = [killer.Lease] }));
        _table.Hello("n1", incarnation: "4");
        var neighbour = _table.Assigned()[^1];
        Assert.Single(neighbour.Cells);
        _table.FinishAll(neighbour);

        var job = _table.State.Job(killer.Job);
        Assert.Equal((1, 1, JobStatus.Done), (job.Counts.Finished, job.Counts.Failed, job.Status));
        Assert.Contains("quarantined", Assert.Single(job.Faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_of_a_node_that_was_cut_off_and_comes_back_are_not_blamed_however_often()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        for (var i = 0; i < 5; i++)
        {
            _table.Hello("n1");
            _table.Beat("n1", _table.Assigned()[^1].Lease);
            _table.Pass(11);
            Assert.All(_table.State.Cells.Values, cell => Assert.Equal(1, cell.Crashes));
        }

        _table.Hello("n1");

        Assert.All(_table.State.Cells.Values, cell => Assert.Equal(0, cell.Crashes));
        _table.FinishAll(_table.Assigned()[^1]);
        Assert.Equal(JobStatus.Done, _table.State.Job(new JobId("job")).Status);
    }

    [Fact]
    public void A_node_that_comes_back_as_another_has_died_over_its_cells()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1", incarnation: "1");
        _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = "1", Held = [_table.Assigned()[^1].Lease] }));
        _table.Pass(11);

        _table.Hello("n1", incarnation: "2");

        Assert.All(_table.State.Cells.Values, cell => Assert.Equal(1, cell.Crashes));
    }

    [Fact]
    public void A_coordinator_that_takes_over_asks_whoever_renders_to_say_hello_at_once()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        _table.Hello("n2");
        _table.Sent.Clear();

        _table.Restart();

        var asked = Assert.Single(_table.Sent);
        Assert.Equal(new NodeId("n1"), asked.Node);
        Assert.True(Assert.IsType<HeartbeatReply>(asked.Message).IsUnknown);
    }

    [Fact]
    public void A_node_with_work_that_falls_silent_is_asked_for_a_hello_and_its_shard_goes_on_when_that_comes_back()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        _table.Beat("n1", _table.Assigned().Single().Lease);
        _table.Hello("n2");
        _table.Sent.Clear();

        _table.Pass(5);
        var asked = _table.Sent.Where(sent => sent.Message is HeartbeatReply { IsUnknown: true }).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, sent => Assert.Equal(new NodeId("n1"), sent.Node));
        _table.Do(new NodeUnreachable(new NodeId("n1")));

        Assert.Single(_table.Assigned("n2"));
    }

    [Fact]
    public void A_drained_node_stays_empty_when_another_coordinator_takes_over()
    {
        _table.Restart();
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));

        _table.Do(new NodeSaid(new NodeHello
        {
            Node = new NodeId("n1"), Incarnation = "1", MemoryBytes = 1000, WeightsHash = "w", IsDraining = true,
        }));

        Assert.Empty(_table.Assigned());
        _table.Do(new SetNodeDraining(new NodeId("n1"), IsDraining: false));
        Assert.Single(_table.Assigned());
    }

    [Fact]
    public void A_restart_of_the_whole_farm_blames_nobody()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        for (var i = 0; i < 10; i++)
        {
            _table.Hello("n1", incarnation: $"run {i}");
            _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = $"run {i}", Held = [_table.Assigned()[^1].Lease] }));
            _table.Restart();
            _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        }

        Assert.All(_table.State.Cells.Values, cell => Assert.Equal(0, cell.Crashes));
        Assert.Single(_table.State.Shards);
        _table.Hello("n1", incarnation: "last");
        _table.FinishAll(_table.Assigned()[^1]);
        Assert.Equal(JobStatus.Done, _table.State.Job(new JobId("job")).Status);
    }

    [Fact]
    public void A_node_that_fails_shard_after_shard_is_benched()
    {
        _table.Submit(FarmTable.Job() with { ShardCells = 1, MaxAttempts = 9 }, [.. Enumerable.Range(0, 6).Select(i => FarmTable.Cell(i))]);
        _table.Hello("n1");
        for (var i = 0; i < 3; i++) _table.Fail(_table.Assigned("n1")[i]);
        var before = _table.Assigned("n1").Count;
        _table.Fail(_table.Assigned("n1")[3]);

        Assert.Equal(before, _table.Assigned("n1").Count);
        Assert.Equal(WaitReason.NodesBlocked, _table.Farm.WhyWaits(FarmTable.IdOf("job/5"), _table.Now).Reason);
        _table.Beat("n1");
        _table.Pass(9);
        for (var i = 0; i < 7; i++) { _table.Beat("n1"); _table.Pass(9); }
        Assert.True(_table.Assigned("n1").Count > before);
    }

    [Fact]
    public void Draining_empties_a_node_and_gives_it_nothing_new()
    {
        _table.Submit(FarmTable.Job(), [.. Enumerable.Range(0, 4).Select(i => FarmTable.Cell(i))]);
        _table.Hello("n1");
        var shards = _table.Assigned();
        _table.Do(new SetNodeDraining(new NodeId("n1"), true));
        foreach (var shard in shards)
            for (var i = 0; i < 2; i++) _table.Stop(shard, i, 5, StopReason.Drain);

        Assert.Equal(2, _table.Assigned().Count);
        Assert.Empty(_table.Farm.Presence.Leases);
        _table.Do(new SetNodeDraining(new NodeId("n1"), false));
        Assert.Equal(4, _table.Assigned().Count);
    }

    [Fact]
    public void A_lost_assignment_is_sent_again_and_given_up_when_the_node_never_knows_it()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        for (var i = 0; i < 6; i++)
        {
            _table.Pass(4);
            _table.Beat("n1");
        }

        Assert.Equal([1L, 1, 1, 1, 1, 1, 2], _table.Assigned().Select(shard => shard.Lease.Epoch));
        Assert.All(_table.State.Cells.Values, cell => Assert.Equal(0, cell.Crashes));
    }

    [Fact]
    public void A_shard_that_another_has_not_begun_is_given_to_an_idle_node()
    {
        _table.Submit(FarmTable.Job(), [.. Enumerable.Range(0, 4).Select(i => FarmTable.Cell(i))]);
        _table.Hello("n1");
        _table.Hello("n2");
        var stop = Assert.Single(_table.Sent.Select(send => send.Message).OfType<StopCells>());
        Assert.Equal((StopReason.Rebalance, _table.Assigned()[1].Lease), (stop.Reason, stop.Lease));
    }

    [Fact]
    public void A_shard_that_the_idle_node_may_not_have_stays_where_it_is()
    {
        _table.Submit(FarmTable.Job() with { MaxNodes = 1 }, [.. Enumerable.Range(0, 4).Select(i => FarmTable.Cell(i))]);
        _table.Hello("n1");
        _table.Hello("n2");
        _table.Pass(4);

        Assert.Equal(["n1", "n1"], _table.Assigned().Select(shard => shard.Lease.Node.ToString()));
        Assert.Empty(_table.Sent.Select(send => send.Message).OfType<StopCells>());
    }

    [Fact]
    public void A_node_that_is_emptied_for_a_suspect_takes_nothing_back_meanwhile()
    {
        _table.Submit(FarmTable.Job("low") with { MaxNodes = 1 }, [.. Enumerable.Range(0, 4).Select(i => FarmTable.Cell(i, job: "low"))]);
        _table.Hello("n2");
        AssignShard[] low = [.. _table.Assigned()];
        _table.Hello("n1", incarnation: "1");
        _table.Submit(FarmTable.Job("high") with { Priority = 90 }, FarmTable.Cell(0, job: "high"));
        _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = "1", Held = [_table.Assigned()[^1].Lease] }));
        _table.Hello("n1", incarnation: "2");
        _table.Do(new NodeSaid(new Heartbeat { Node = new NodeId("n1"), Incarnation = "2", Held = [_table.Assigned()[^1].Lease] }));
        for (var i = 0; i < 10; i++)
        {
            _table.Pass(4);
            _table.Beat("n2", [.. low.Select(shard => shard.Lease)]);
        }

        var assigned = _table.Assigned().Count;
        foreach (var cell in (int[])[0, 1]) _table.Stop(low[0], cell, 7, StopReason.Preemption);
        Assert.Equal(assigned, _table.Assigned().Count);
        foreach (var cell in (int[])[0, 1]) _table.Stop(low[1], cell, 7, StopReason.Preemption);

        Assert.Equal((new JobId("high"), new NodeId("n2")), (_table.Assigned()[assigned].Job, _table.Assigned()[assigned].Lease.Node));
    }
}
