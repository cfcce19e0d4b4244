using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.World;

public sealed class TestProbeTests
{
    readonly DeterministicWorld _world = new(1);

    [Fact]
    public void It_reads_messages_in_order_and_answers()
    {
        var (first, second) = (_world.CreateProbe("first"), _world.CreateProbe("second"));
        first.Send(second.Ref, "ping");
        first.Send(second.Ref, 5);

        Assert.Equal("ping", second.ExpectMsg<string>());
        Assert.Equal(first.Ref, second.LastSender);
        second.Reply("pong");
        first.ExpectMsg("pong");
        Assert.Equal([5], second.ReceiveAll());
        Assert.False(second.HasMessages);
    }

    [Fact]
    public void What_is_not_expected_fails_with_what_was_found()
    {
        var probe = _world.CreateProbe("p");
        probe.Ref.Tell(5, ActorRefs.NoSender);
        var wrong = Assert.Throws<ProbeException>(() => probe.ExpectMsg<string>());
        var missing = Assert.Throws<ProbeException>(() => probe.ExpectMsg("x", TimeSpan.FromSeconds(2)));
        probe.Ref.Tell("surprise", ActorRefs.NoSender);
        var surprise = Assert.Throws<ProbeException>(() => probe.ExpectNoMsg());

        Assert.Equal("p: expected String, found Int32 5 (seed 1, turn 3, 00:00:00)", wrong.Message);
        Assert.StartsWith("p: expected x, found nothing within 00:00:02 (seed 1, turn ", missing.Message, StringComparison.Ordinal);
        Assert.StartsWith("p: expected no message, found String surprise (seed 1", surprise.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_waits_in_virtual_time()
    {
        var probe = _world.CreateProbe();
        _world.System.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), probe.Ref, "late", null);

        probe.ExpectNoMsg(TimeSpan.FromMinutes(59));
        probe.ExpectMsg("late", TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void It_fishes_and_forwards()
    {
        var (probe, other) = (_world.CreateProbe(), _world.CreateProbe());
        foreach (var message in new object[] { 1, "a", 2, 3 }) other.Send(probe.Ref, message);

        Assert.Equal(3, probe.FishForMessage<int>(number => number > 2));
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
            context.Sender.Tell($"got {message}")));
        probe.Forward(actor, "x");
        other.ExpectMsg("got x");
    }

    [Fact]
    public void It_watches_and_unwatches()
    {
        var probe = _world.CreateProbe();
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));
        probe.Watch(actor);
        probe.Unwatch(actor);
        _world.RunUntilIdle();
        actor.Tell(PoisonPill.Instance);
        probe.ExpectNoMsg();

        Assert.Equal(actor, probe.ExpectTerminated(actor).ActorRef);
    }

    [Fact]
    public async Task Outside_of_a_world_it_waits_for_the_message_itself()
    {
        var system = ActorSystem.Create("pool");
        var probe = new TestProbe(system, "p");
        var actor = system.ActorOf(Props.Create<Tell>((IActorContext context, object message) => context.Sender.Tell(message)));

        probe.Send(actor, "hello");
        probe.ExpectMsg("hello");
        probe.ExpectNoMsg();
        var missing = Assert.Throws<ProbeException>(() => probe.ExpectMsg<string>(TimeSpan.FromMilliseconds(1)));

        Assert.Equal("p: expected String, found nothing within 00:00:00.0010000", missing.Message);
        Assert.Throws<NotSupportedException>(() => probe.ExpectNoMsg(TimeSpan.FromSeconds(1)));
        await system.Terminate();
    }
}
