using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Systems;

public sealed class EventStreamTests
{
    readonly DeterministicWorld _world = new(1);

    EventStream Events => _world.System.EventStream;

    [Fact]
    public void A_subscriber_of_a_base_type_gets_all_below_it_once()
    {
        var probe = _world.CreateProbe();
        Assert.True(Events.Subscribe<AllDeadLetters>(probe.Ref));
        Assert.True(Events.Subscribe<DeadLetter>(probe.Ref));
        Assert.False(Events.Subscribe<DeadLetter>(probe.Ref));

        Events.Publish(new DeadLetter("x", probe.Ref, probe.Ref));
        Events.Publish(new Dropped("x", "why", probe.Ref, probe.Ref));
        Events.Publish("other");

        Assert.Equal([typeof(DeadLetter), typeof(Dropped)], probe.ReceiveAll().Select(message => message.GetType()));
    }

    [Fact]
    public void Who_leaves_gets_nothing_more()
    {
        var (probe, other) = (_world.CreateProbe(), _world.CreateProbe());
        Events.Subscribe<string>(probe.Ref);
        Events.Subscribe<int>(probe.Ref);
        Events.Subscribe<string>(other.Ref);

        Assert.True(Events.Unsubscribe<int>(probe.Ref));
        Assert.False(Events.Unsubscribe<int>(probe.Ref));
        Events.Publish(5);
        Events.Publish("one");
        Assert.True(Events.Unsubscribe(probe.Ref));
        Events.Publish("two");

        Assert.Equal(["one"], probe.ReceiveAll());
        Assert.Equal(["one", "two"], other.ReceiveAll());
    }

    [Fact]
    public void The_end_of_an_actor_ends_its_subscriptions()
    {
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));
        Events.Subscribe<string>(actor);
        actor.Tell(PoisonPill.Instance);
        _world.RunUntilIdle();

        Assert.False(Events.HasSubscribers);
    }

    [Fact]
    public void Losses_that_are_no_news_are_told_to_those_who_ask_for_them()
    {
        var (loud, all) = (_world.CreateProbe(), _world.CreateProbe());
        Events.Subscribe<DeadLetter>(loud.Ref);
        Events.Subscribe<SuppressedDeadLetter>(all.Ref);
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));
        all.ExpectTerminated(Stopped(actor));

        actor.Tell(PoisonPill.Instance);
        actor.Tell("x");
        _world.System.DeadLetters.Tell("y");

        Assert.Equal(["x", "y"], loud.ReceiveAll().Cast<DeadLetter>().Select(letter => letter.Message));
        Assert.Equal(PoisonPill.Instance, all.ExpectMsg<SuppressedDeadLetter>().Message);
    }

    [Fact]
    public void Nothing_is_formatted_for_nobody()
    {
        var log = _world.System.Log;
        var costly = new Costly();

        log.Debug("{0}", costly);
        Events.Subscribe<Error>(_world.CreateProbe().Ref);
        log.Info("{0}", costly);
        Assert.Equal(0, costly.Formatted);
        log.Error("{0}", costly);

        Assert.Equal(1, costly.Formatted);
        Assert.Equal((false, false, false, true), (log.IsDebugEnabled, log.IsInfoEnabled, log.IsWarningEnabled, log.IsErrorEnabled));
    }

    IActorRef Stopped(IActorRef actor)
    {
        _world.System.Stop(actor);
        return actor;
    }

    sealed class Costly
    {
        public int Formatted { get; private set; }

        public override string ToString() => $"{++Formatted}";
    }
}
