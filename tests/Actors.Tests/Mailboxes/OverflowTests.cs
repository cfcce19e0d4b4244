using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Mailboxes;

public sealed class OverflowTests
{
    readonly DeterministicWorld _world = new(1);

    [Fact]
    public void A_message_over_the_limit_is_dropped_with_the_reason()
    {
        var dropped = _world.CreateProbe();
        _world.System.EventStream.Subscribe<Dropped>(dropped.Ref);
        var got = new List<object>();
        var props = Props.Create<Tell>((IActorContext _, object message) => got.Add(message)).WithMailbox("bounded-2");
        var actor = _world.System.ActorOf(props, "small");

        foreach (var text in new[] { "1", "2", "3" }) actor.Tell(text, dropped.Ref);

        var letter = dropped.ExpectMsg<Dropped>();
        Assert.Equal(("3", actor, dropped.Ref), (letter.Message, letter.Recipient, letter.Sender));
        Assert.Equal("mailbox is full (2 messages)", letter.Reason);
        _world.RunUntilIdle();
        Assert.Equal(["1", "2"], got);
    }

    [Fact]
    public void What_the_kernel_owes_an_actor_gets_in_over_the_limit()
    {
        var got = new List<object>();
        var friend = _world.System.ActorOf(Props.Create<Echoing>());
        var actor = _world.System.ActorOf(Props.Create<Watching>(friend, got).WithMailbox("bounded-1"));
        var probe = _world.CreateProbe();
        _world.RunUntilIdle();
        actor.Tell("block");
        _world.RunUntilIdle();
        actor.Tell("fills it");
        friend.Tell(PoisonPill.Instance);
        // The watch, the timer and the timeout come while one message fills the mailbox.
        _world.Advance(TimeSpan.FromSeconds(10));
        actor.Tell(PoisonPill.Instance);
        actor.Tell("too much");

        Watching.Gate.SetResult();
        _world.RunUntilIdle();

        Assert.Equal(["block", "fills it", "Terminated", "timer"], got);
        probe.ExpectTerminated(actor);
    }

    [Theory]
    [InlineData("bounded-3")]
    [InlineData("bounded-0")]
    [InlineData("bounded-2097152")]
    [InlineData("unbounded")]
    [InlineData("bounded-")]
    public void A_mailbox_of_another_name_is_refused(string name)
    {
        var error = Assert.Throws<ConfigurationException>(() => Props.Create<Echoing>().WithMailbox(name));

        Assert.Equal($"Mailbox [{name}] is not known; there is bounded-<power of two>, such as bounded-1024", error.Message);
    }

    [Fact]
    public void The_limit_of_a_system_holds_for_actors_without_their_own()
    {
        var world = new DeterministicWorld(1, mailboxCapacity: 4);
        var dropped = world.CreateProbe();
        world.System.EventStream.Subscribe<Dropped>(dropped.Ref);
        var actor = world.System.ActorOf(Props.Create<Echoing>());

        for (var i = 0; i < 5; i++) actor.Tell(i, ActorRefs.NoSender);

        Assert.Equal(4, dropped.ExpectMsg<Dropped>().Message);
    }

    sealed class Echoing : ReceiveActor
    {
        public Echoing() => ReceiveAny(_ => { });
    }

    sealed class Watching : ReceiveActor, IWithTimers
    {
        public Watching(IActorRef friend, List<object> got)
        {
            Gate = new TaskCompletionSource();
            Context.Watch(friend);
            ReceiveAsync<string>(async text =>
            {
                got.Add(text);
                Timers.StartSingleTimer("key", 1, TimeSpan.FromSeconds(1));
                await Gate.Task;
            }, text => text == "block");
            Receive<string>(got.Add);
            Receive<int>(_ => got.Add("timer"));
            Receive<Terminated>(_ => got.Add("Terminated"));
        }

        public static TaskCompletionSource Gate { get; private set; } = new();

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
