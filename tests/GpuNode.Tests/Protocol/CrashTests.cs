using StyleFarm.Actors;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Protocol;

/// <summary>Engines that break down, and leaving.</summary>
public sealed class CrashTests
{
    [Fact]
    public void A_crash_fails_what_is_unfinished_for_now_and_a_fresh_engine_takes_what_waits()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        node.Run(0, run => run.Progress(1, 20)).Finish(0);
        node.Said();

        node.Run(0, run => run.Tell(new ShardCrashed("CUDA out of memory", IsTransient: true)));

        var failed = Assert.Single(node.Said<CellFailed>());
        Assert.Equal((NodeWorld.IdOf(1, 1), 20, true, "CUDA out of memory"), (failed.Cell, failed.Step, failed.IsTransient, failed.Message));
        Assert.True(node.Engine.IsDisposed);
        Assert.Single(node.Engines);
        Assert.Equal(2, node.NextBeat().Held.Length);
        Assert.Equal(2, node.Engines.Count);
        Assert.Equal(NodeWorld.LeaseOf(2), Assert.Single(node.Engine.Runs).Shard.Lease);
        Assert.Contains(node.Notes, note => note.Contains("CUDA out of memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Crashes_in_a_row_make_the_wait_longer_and_a_shard_that_ends_well_makes_it_short_again()
    {
        var node = new NodeWorld().Welcome();
        double[] waits = [1, 2, 4];
        for (var crash = 0; crash < waits.Length; crash++)
        {
            node.Hear(NodeWorld.Shard(crash + 1)).Run(crash, run => run.Tell(new ShardCrashed("no", IsTransient: true)));
            node.Wait(waits[crash] - 0.1).Reply();
            Assert.Equal(crash + 1, node.Engines.Count);
            node.Wait(0.2).Reply();
            Assert.Equal(crash + 2, node.Engines.Count);
        }

        node.Hear(NodeWorld.Shard(10)).Run(3, run => run.FinishAll());
        node.Hear(NodeWorld.Shard(11)).Run(4, run => run.Tell(new ShardCrashed("no", IsTransient: true)));
        node.Wait(1.1);
        Assert.Equal(5, node.Engines.Count);
    }

    [Fact]
    public void What_an_engine_rendered_before_it_was_replaced_still_counts()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        node.Run(0, run => run.Tell(new ShardRendered()));
        node.Run(1, run => run.Tell(new ShardCrashed("no", IsTransient: true)));
        node.Wait(2).Said();

        node.Run(0, run => run.FinishAll());

        Assert.Equal(2, node.Said<CellFinished>().Count);
        Assert.Equal(2, node.Engines.Count);
    }

    [Fact]
    public void A_crash_while_results_are_on_their_way_does_not_fail_the_shard_that_renders()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        node.Run(0, run => run.Tell(new ShardRendered()));
        node.Said();

        node.Run(0, run => run.Tell(new ShardCrashed("no", IsTransient: true)));
        node.Wait(1.1);

        Assert.All(node.Said<CellFailed>(), failed => Assert.Equal(NodeWorld.LeaseOf(1), failed.Lease));
        Assert.Equal(NodeWorld.LeaseOf(2), Assert.Single(node.Engine.Runs).Shard.Lease);
    }

    [Fact]
    public void A_late_crash_of_an_engine_that_was_replaced_does_not_harm_the_new_one()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1), NodeWorld.Shard(2));
        node.Run(0, run => run.Tell(new ShardRendered()));
        node.Run(1, run => run.Tell(new ShardCrashed("no", IsTransient: true)));
        node.Wait(2).Hear(NodeWorld.Shard(3));

        node.Run(0, run => run.Tell(new ShardCrashed("also", IsTransient: true)));
        node.Wait(5);

        Assert.Equal(2, node.Engines.Count);
        Assert.False(node.Engine.IsDisposed);
    }

    [Fact]
    public void An_engine_that_cannot_be_made_fails_what_waits_and_is_tried_again()
    {
        var tries = 0;
        var node = new NodeWorld(_ => ++tries < 3 ? throw new InvalidOperationException("no weights") : new ScriptedEngine()).Welcome();

        node.Hear(NodeWorld.Shard(1));
        node.Wait(1.1);
        Assert.All(node.Said<CellFailed>(), failed => Assert.Equal(("no weights", true), (failed.Message, failed.IsTransient)));

        node.Hear(NodeWorld.Shard(2)).Reply().Wait(2.5);
        Assert.Equal(NodeWorld.LeaseOf(2), Assert.Single(node.Engine.Runs).Shard.Lease);
    }

    [Fact]
    public void An_engine_that_refuses_to_start_a_shard_has_crashed()
    {
        var tries = 0;
        var node = new NodeWorld(_ => new ScriptedEngine { StartFails = ++tries == 1 ? new InvalidOperationException("broken") : null }).Welcome();

        node.Hear(NodeWorld.Shard(1)).Wait(1.1);

        Assert.Equal(2, node.Said<CellFailed>().Select(failed => failed.Cell).Distinct().Count());
        Assert.Equal(2, node.Engines.Count);
    }

    [Fact]
    public void Leaving_waits_for_checkpoints_and_receipts_and_then_stops_the_actor()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1, cells: 1));
        var probe = node.World.CreateProbe();
        probe.Watch(node.Node);
        node.Said();

        node.Node.Tell(LeaveFarm.Instance, ActorRefs.NoSender);

        Assert.True(Assert.Single(node.Said<Heartbeat>()).IsDraining);
        Assert.Equal(StopReason.Drain, Assert.Single(node.Engine.Runs[0].Stops).Reason);
        node.Run(0, run => run.Stopped(0, 50, StopReason.Drain)).Tell(new ShardEnded());
        node.Hear(NodeWorld.Shard(2)).Wait(2);
        Assert.True(node.IsListening);
        node.Hear(new Receipt { CoordinatorEpoch = 1, Lease = NodeWorld.LeaseOf(1), Cells = [NodeWorld.IdOf(1, 0)] });

        probe.ExpectTerminated(node.Node);
        Assert.False(node.IsListening);
        Assert.True(node.Engine.IsDisposed);
    }

    [Fact]
    public void Leaving_does_not_wait_for_ever()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1));
        var probe = node.World.CreateProbe();
        probe.Watch(node.Node);

        node.Node.Tell(LeaveFarm.Instance, ActorRefs.NoSender);
        node.Wait(29);
        Assert.True(node.IsListening);
        node.Wait(2);

        probe.ExpectTerminated(node.Node);
    }
}
