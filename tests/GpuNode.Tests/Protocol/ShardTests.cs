using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Protocol;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Protocol;

/// <summary>Taking shards, rendering them one after the other, and the reports on them.</summary>
public sealed class ShardTests
{
    readonly NodeWorld _node = new NodeWorld().Welcome();

    [Fact]
    public void One_shard_renders_one_waits_with_its_inputs_fetched_and_a_third_is_not_held()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2), NodeWorld.Shard(3));

        Assert.Equal([Lease(1)], _node.Engine.Runs.Select(run => run.Shard.Lease));
        Assert.Equal([Lease(2)], _node.Engine.Prefetched.Select(shard => shard.Lease));
        Assert.Equal([Lease(1), Lease(2)], _node.NextBeat().Held);
    }

    [Fact]
    public void What_is_taken_is_said_at_once_and_only_once()
    {
        _node.Said();

        Assert.Equal([Lease(1)], Assert.Single(_node.Hear(NodeWorld.Shard(1)).Said<Heartbeat>()).Held);
        Assert.Equal([Lease(1), Lease(2)], Assert.Single(_node.Hear(NodeWorld.Shard(2)).Said<Heartbeat>()).Held);
        Assert.Empty(_node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(3)).Said<Heartbeat>());
    }

    [Fact]
    public void The_next_shard_starts_when_the_device_is_free_and_results_are_still_under_way()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));

        _node.Run(0, run => run.Tell(new ShardRendered()));

        Assert.Equal([Lease(1), Lease(2)], _node.Engine.Runs.Select(run => run.Shard.Lease));
        _node.Hear(NodeWorld.Shard(3));
        Assert.Equal([Lease(1), Lease(2), Lease(3)], _node.NextBeat().Held);
        _node.Run(1, run => run.Tell(new ShardRendered()));

        // Two shards wait for the store: the device waits too, so that results do not pile up.
        Assert.Equal(2, _node.Engine.Runs.Count);
        _node.Run(0, run => run.FinishAll());
        Assert.Equal(3, _node.Engine.Runs.Count);
    }

    [Fact]
    public void A_doubled_assignment_is_ignored()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(1), NodeWorld.Shard(1));

        Assert.Single(_node.Engine.Runs);
        Assert.Equal([Lease(1)], _node.NextBeat().Held);
    }

    [Fact]
    public void Another_nodes_lease_is_ignored()
    {
        _node.Hear(NodeWorld.Shard(1) with { Lease = Lease(1) with { Node = new NodeId("two") } });

        Assert.Empty(_node.Engine.Runs);
    }

    [Fact]
    public void A_later_claim_on_a_shard_replaces_the_earlier_and_never_the_other_way_round()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(1, epoch: 2), NodeWorld.Shard(1));

        Assert.True(_node.Engine.Runs[0].IsCancelled);
        Assert.Equal([Lease(1, epoch: 2)], _node.NextBeat().Held);
        Assert.Equal(2, _node.Engine.Runs.Count);
    }

    [Fact]
    public void Final_reports_are_repeated_with_each_heartbeat_until_receipted()
    {
        _node.Hear(NodeWorld.Shard(1));
        _node.Said();

        _node.Run(0, run => run.Finish(0));
        Assert.Equal(Id(1, 0), Assert.Single(_node.Said<CellFinished>()).Cell);
        Assert.Single(_node.Wait(1).Said<CellFinished>());
        _node.Run(0, run => run.Finish(1)).Tell(new ShardEnded());
        Assert.Equal(2, _node.Wait(1).Said<CellFinished>().Select(report => report.Cell).Distinct().Count());

        _node.Hear(Receipt(1, 0));
        Assert.Equal(Id(1, 1), Assert.Single(_node.Wait(1).Said<CellFinished>()).Cell);
        Assert.Equal([Lease(1)], _node.NextBeat().Held);
        _node.Hear(Receipt(1, 1));
        Assert.Empty(_node.Wait(1).Said<CellFinished>());
        Assert.Empty(_node.NextBeat().Held);
    }

    [Fact]
    public void An_assignment_that_ended_here_gets_its_reports_again_and_is_not_rendered_again()
    {
        _node.Hear(NodeWorld.Shard(1));
        _node.Run(0, run => run.FinishAll());
        _node.Hear(Receipt(1, 0, 1));
        _node.Said();

        Assert.Equal(2, _node.Hear(NodeWorld.Shard(1)).Said<CellFinished>().Count);
        Assert.Single(_node.Engine.Runs);
    }

    [Fact]
    public void Progress_is_said_once_and_not_repeated()
    {
        _node.Hear(NodeWorld.Shard(1));
        _node.Run(0, run => run.Progress(1, 30));

        Assert.Equal(30, Assert.Single(_node.Said<CellProgress>()).Step);
        Assert.Empty(_node.Wait(2).Said<CellProgress>());
    }

    [Fact]
    public void The_first_final_report_of_a_cell_stays()
    {
        _node.Hear(NodeWorld.Shard(1));

        _node.Run(0, run => run.Finish(0)).Stopped(0, 10, StopReason.Pause);

        var said = _node.Said();
        Assert.Single(said.OfType<CellFinished>());
        Assert.Empty(said.OfType<CellStopped>());
    }

    [Fact]
    public void A_lost_lease_is_dropped_at_once_without_a_word()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        _node.Run(0, run => run.Finish(0));
        _node.Said();

        _node.Reply(Lease(1));
        _node.Run(0, run => run.FinishAll());

        Assert.True(_node.Engine.Runs[0].IsCancelled);
        Assert.Empty(_node.Said<CellReport>());
        Assert.Equal([Lease(2)], _node.NextBeat().Held);
        Assert.Equal(Lease(2), _node.Engine.Runs[1].Shard.Lease);

        // A late double of its assignment does not bring it back.
        _node.Hear(NodeWorld.Shard(1));
        Assert.Equal([Lease(2)], _node.NextBeat().Held);
    }

    [Fact]
    public void A_cancelled_shard_is_forgotten()
    {
        _node.Hear(NodeWorld.Shard(1));
        _node.Run(0, run => run.Finish(0));
        _node.Said();

        _node.Hear(new CancelShard { CoordinatorEpoch = 1, Lease = Lease(1) });

        Assert.True(_node.Engine.Runs[0].IsCancelled);
        Assert.Empty(_node.Wait(1).Said<CellReport>());
    }

    [Fact]
    public void Stopping_goes_to_the_engine_for_what_renders_and_is_answered_for_what_waits()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        _node.Said();

        _node.Hear(Stop(1, StopReason.Rung, 1), Stop(2, StopReason.Pause, 0));

        Assert.Equal([Id(1, 1)], Assert.Single(_node.Engine.Runs[0].Stops).Cells);
        var stopped = Assert.Single(_node.Said<CellStopped>());
        Assert.Equal((Id(2, 0), 0, 1, StopReason.Pause), (stopped.Cell, stopped.Step, stopped.Attempt, stopped.Reason));
        _node.Run(0, run => run.FinishAll());
        Assert.Equal([Id(2, 1)], _node.Engine.Runs[1].Shard.Cells.Select(cell => cell.Cell.Id));
    }

    [Fact]
    public void Stopping_all_of_a_waiting_shard_ends_it()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        _node.Said();

        _node.Hear(Stop(2, StopReason.Preemption));

        Assert.Equal(2, _node.Said<CellStopped>().Count);
        _node.Hear(Receipt(2, 0, 1));
        Assert.Equal([Lease(1)], _node.NextBeat().Held);
        Assert.Equal(2, _node.Hear(Stop(2, StopReason.Preemption)).Said<CellStopped>().Count);
    }

    [Fact]
    public void A_waiting_cell_is_stopped_without_a_word_on_where_it_stands()
    {
        _node.Hear(NodeWorld.Shard(1));
        _node.Run(0, run => run.Stopped(0, 40, StopReason.Pause)).Stopped(1, 30, StopReason.Pause);
        _node.Run(0, run => run.Tell(new ShardEnded()));
        _node.Hear(NodeWorld.Shard(5), NodeWorld.Shard(1, epoch: 2));
        _node.Said();

        _node.Hear(new StopCells { CoordinatorEpoch = 1, Lease = Lease(1, epoch: 2), Reason = StopReason.Pause });

        Assert.Equal([(0, 2), (0, 2)], _node.Said<CellStopped>().Select(report => (report.Step, report.Attempt)));
    }

    [Fact]
    public void A_drained_node_lets_all_go_and_takes_nothing_until_it_may()
    {
        _node.Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        _node.Said();

        _node.Hear(new DrainNode { CoordinatorEpoch = 1 });

        Assert.Equal(StopReason.Drain, Assert.Single(_node.Engine.Runs[0].Stops).Reason);
        Assert.All(_node.Said<CellStopped>(), report => Assert.Equal(StopReason.Drain, report.Reason));
        _node.Hear(NodeWorld.Shard(3));
        var beat = _node.NextBeat();
        Assert.True(beat.IsDraining);
        Assert.DoesNotContain(Lease(3), beat.Held);
        _node.Hear(new DrainNode { CoordinatorEpoch = 1, IsDraining = false }, NodeWorld.Shard(3));
        Assert.Contains(Lease(3), _node.NextBeat().Held);
    }

    [Fact]
    public void Reports_that_nobody_receipts_are_kept_for_a_limited_number_of_shards()
    {
        for (var shard = 1; shard <= ShardDesk.MaxUnreceipted + 3; shard++)
        {
            _node.Hear(NodeWorld.Shard(shard, cells: 1)).Reply();
            _node.Run(shard - 1, run => run.FinishAll());
        }

        var held = _node.NextBeat().Held;
        Assert.Equal(ShardDesk.MaxUnreceipted, held.Length);
        Assert.Equal(Lease(4), held[0]);
        Assert.Equal(3, _node.Notes.Count);
    }

    [Fact]
    public void Cells_that_the_engine_leaves_without_a_word_have_failed_for_now()
    {
        _node.Hear(NodeWorld.Shard(1));

        _node.Run(0, run => run.Finish(0)).Tell(new ShardEnded());

        var failed = Assert.Single(_node.Said<CellFailed>());
        Assert.Equal((Id(1, 1), true), (failed.Cell, failed.IsTransient));
    }

    [Fact]
    public void Throughput_is_that_of_the_busy_time_and_utilisation_its_share_of_the_last_minute()
    {
        _node.Hear(NodeWorld.Shard(1));
        for (var second = 0; second < 30; second++)
        {
            _node.Run(0, run => run.Tell(new ShardPaced(2000, TimeSpan.FromSeconds(0.5))));
            _node.Wait(1).Reply();
        }

        var beat = _node.NextBeat();
        Assert.Equal(4000, beat.PixelStepsPerSecond, 6);
        Assert.Equal(0.5, beat.Utilisation, 0.03);
        for (var second = 0; second < 60; second++) _node.Wait(1).Reply();
        Assert.Equal((0, 0), (_node.NextBeat().PixelStepsPerSecond, _node.NextBeat().Utilisation));
    }

    static Lease Lease(int shard, long epoch = 1) => NodeWorld.LeaseOf(shard, epoch);

    static CellId Id(int shard, int cell) => NodeWorld.IdOf(shard, cell);

    static Receipt Receipt(int shard, params int[] cells) =>
        new() { CoordinatorEpoch = 1, Lease = Lease(shard), Cells = [.. cells.Select(cell => Id(shard, cell))] };

    static StopCells Stop(int shard, StopReason reason, params int[] cells) =>
        new() { CoordinatorEpoch = 1, Lease = Lease(shard), Cells = [.. cells.Select(cell => Id(shard, cell))], Reason = reason };
}
