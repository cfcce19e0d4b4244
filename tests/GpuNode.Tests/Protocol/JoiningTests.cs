using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Protocol;

/// <summary>Hello, welcome, epochs, heartbeats and silence.</summary>
public sealed class JoiningTests
{
    [Fact]
    public void A_node_says_who_it_is_and_repeats_it_ever_more_slowly_until_welcomed()
    {
        var node = new NodeWorld();

        var hello = Assert.Single(node.Said<NodeHello>());
        Assert.Equal(NodeWorld.Options.Node, hello.Node);
        Assert.Equal(("first", "1.2.3", "cpu", 1L << 30, "weights"), (hello.Incarnation, hello.Version, hello.Device, hello.MemoryBytes, hello.WeightsHash));
        Assert.Equal(["fp32"], hello.Precisions);
        Assert.Empty(hello.Held);
        Assert.Empty(node.Wait(0.9).Said());
        Assert.Single(node.Wait(0.2).Said<NodeHello>());
        Assert.Empty(node.Wait(1.8).Said());
        Assert.Single(node.Wait(0.2).Said<NodeHello>());
        Assert.InRange(node.Wait(150).Said<NodeHello>().Count, 10, 13);
        Assert.Empty(node.Welcome().Wait(0.5).Said());
    }

    [Fact]
    public void The_heart_beats_at_the_pace_of_the_welcome()
    {
        var node = new NodeWorld().Welcome();
        node.Said();

        var beats = node.Wait(3.5).Said<Heartbeat>();

        Assert.Equal(3, beats.Count);
        Assert.All(beats, beat => Assert.Equal(("first", 0.0, 0.0, false), (beat.Incarnation, beat.PixelStepsPerSecond, beat.Utilisation, beat.IsDraining)));
    }

    [Fact]
    public void A_higher_epoch_is_greeted_and_a_lower_one_ignored()
    {
        var node = new NodeWorld().Welcome(epoch: 2).Hear(NodeWorld.Shard(1, coordinator: 2));
        node.Said();

        node.Hear(NodeWorld.Shard(2, coordinator: 1), new CancelShard { CoordinatorEpoch = 1, Lease = NodeWorld.LeaseOf(1) });
        Assert.Equal([NodeWorld.LeaseOf(1)], node.NextBeat().Held);

        node.Hear(new HeartbeatReply { CoordinatorEpoch = 3 });
        Assert.Equal([NodeWorld.LeaseOf(1)], Assert.Single(node.Said<NodeHello>()).Held);
        Assert.Single(node.Wait(1).Said<NodeHello>());
        node.Hear(NodeWorld.Shard(3, coordinator: 3));
        Assert.Equal([NodeWorld.LeaseOf(1)], node.NextBeat().Held);

        node.Welcome(epoch: 3).Hear(NodeWorld.Shard(3, coordinator: 3));
        Assert.Equal([NodeWorld.LeaseOf(1), NodeWorld.LeaseOf(3)], node.NextBeat().Held);
    }

    [Fact]
    public void An_unknown_node_says_hello_at_once_and_only_once_for_many_replies()
    {
        var node = new NodeWorld().Welcome();
        node.Said();

        var unknown = new HeartbeatReply { CoordinatorEpoch = 1, IsUnknown = true };
        Assert.Single(node.Hear(unknown, unknown, unknown).Said<NodeHello>());
    }

    [Fact]
    public void Work_is_not_taken_before_the_welcome()
    {
        var node = new NodeWorld().Hear(NodeWorld.Shard(1));

        Assert.Empty(node.Engine.Runs);
        Assert.Single(node.Welcome().Hear(NodeWorld.Shard(1)).Engine.Runs);
    }

    [Fact]
    public void Silence_for_a_lease_leaves_work_with_checkpoints_and_says_hello()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1, cells: 1), NodeWorld.Shard(2, cells: 1));
        node.Wait(4.5);
        Assert.Empty(node.Engine.Runs[0].Stops);
        node.Said();

        node.Wait(2);

        var said = node.Said();
        Assert.Equal(StopReason.Rebalance, Assert.Single(node.Engine.Runs[0].Stops).Reason);
        Assert.Equal(2, said.OfType<NodeHello>().First().Held.Length);
        Assert.Equal((0, StopReason.Rebalance), (said.OfType<CellStopped>().First().Step, said.OfType<CellStopped>().First().Reason));

        // Both leases are named, with where their cells stand, until the coordinator is back and has receipted.
        node.Run(0, run => run.Stopped(0, 40, StopReason.Rebalance)).Tell(new Engines.ShardEnded());
        node.Wait(3);
        Assert.Single(node.Engine.Runs[0].Stops);
        node.Welcome();
        Assert.Equal(2, node.NextBeat().Held.Length);
        node.Hear(Receipt(1), Receipt(2));
        Assert.Empty(node.NextBeat().Held);
    }

    [Fact]
    public void Replies_keep_leases_alive()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1));

        for (var second = 0; second < 20; second++) node.Wait(1).Reply();

        Assert.Empty(node.Engine.Runs[0].Stops);
        Assert.Single(node.Said<NodeHello>());
    }

    [Fact]
    public void An_actor_that_was_restarted_holds_nothing_and_has_another_incarnation()
    {
        var node = new NodeWorld().Welcome().Hear(NodeWorld.Shard(1));
        node.Said();

        node.Engine.Runs[0].CancelFails = new InvalidOperationException("a defect");
        node.Hear(new CancelShard { CoordinatorEpoch = 1, Lease = NodeWorld.LeaseOf(1) });

        var hello = Assert.Single(node.Said<NodeHello>());
        Assert.NotEqual("first", hello.Incarnation);
        Assert.Empty(hello.Held);
        Assert.Equal(2, node.Engines.Count);
        Assert.True(((ScriptedEngine)node.Engines[0]).IsDisposed);
        Assert.True(node.IsListening);
    }

    static Receipt Receipt(int shard) => new() { CoordinatorEpoch = 1, Lease = NodeWorld.LeaseOf(shard), Cells = [NodeWorld.IdOf(shard, 0)] };
}
