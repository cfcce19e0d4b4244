using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

public sealed class ContextTests
{
    readonly DeterministicWorld _world = new(1);

    [Fact]
    public void An_actor_made_with_new_is_refused() => Assert.Throws<ActorInitializationException>(() => new Bare());

    [Fact]
    public void Outside_of_a_turn_there_is_no_context()
    {
        Bare? leaked = null;
        var actor = _world.System.ActorOf(Props.Create<Leaking>((Action<Bare>)(bare => leaked = bare)));
        actor.Tell("leak");
        _world.RunUntilIdle();

        Assert.Throws<NotSupportedException>(() => leaked!.Me());
        Assert.Throws<InvalidOperationException>(() => actor.Forward("x"));
    }

    [Fact]
    public void A_null_message_is_refused()
    {
        var actor = _world.System.ActorOf(Props.Create<Bare>());

        Assert.Throws<InvalidMessageException>(() => actor.Tell(null!, ActorRefs.NoSender));
    }

    [Fact]
    public void Whoever_has_no_life_is_not_watched()
    {
        Exception? error = null;
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
        {
            error = Record.Exception(() => context.Watch((IActorRef)message));
        }));

        actor.Tell(new Elsewhere());
        _world.RunUntilIdle();

        Assert.StartsWith("Elsewhere akka://world/remote has no life that could be watched", error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_of_ones_own_is_a_reference_as_any_other()
    {
        var bridge = new Bridge();
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
        {
            context.Watch((IActorRef)message);
            context.Sender.Tell("answer");
            ((IActorRef)message).Tell("told");
        }));

        actor.Tell(bridge, bridge);
        _world.RunUntilIdle();

        Assert.Equal([("answer", actor), ("told", actor)], bridge.Got);
        Assert.Equal("[akka://world/bridge]", bridge.ToString());
    }

    [Fact]
    public void Idle_timeouts_count_what_matters_only()
    {
        var got = new List<TimeSpan>();
        var gate = new TaskCompletionSource();
        var actor = _world.System.ActorOf(Props.Create<Idler>(gate.Task, () => got.Add(_world.Time.Elapsed)));
        var second = TimeSpan.FromSeconds(1);

        _world.Advance(9 * second);
        actor.Tell(new Whisper());
        _world.Advance(2 * second);
        Assert.Equal([10 * second], got);

        actor.Tell("loud");
        _world.Advance(9 * second);
        Assert.Single(got);
        actor.Tell('w');
        // The turn that awaits is no silence.
        _world.Advance(30 * second);
        Assert.Equal([10 * second, .. got.Skip(1)], got);
        Assert.Single(got);
        gate.SetResult();
        _world.Advance(10 * second);
        Assert.Equal([10 * second, 60 * second], got);
    }

    sealed class Bare : ReceiveActor
    {
        public IActorRef Me() => Self;
    }

    sealed class Leaking : ReceiveActor
    {
        public Leaking(Action<Bare> leak) => ReceiveAny(_ => leak(new Bare()));
    }

    sealed class Whisper : INotInfluenceReceiveTimeout;

    sealed class Idler : ReceiveActor
    {
        public Idler(Task gate, Action timeout)
        {
            SetReceiveTimeout(TimeSpan.FromSeconds(10));
            Receive<ReceiveTimeout>(_ => timeout());
            ReceiveAsync<char>(async _ => await gate);
            ReceiveAny(_ => { });
        }
    }

    sealed class Bridge : MinimalActorRef
    {
        public List<(object Message, IActorRef? Sender)> Got { get; } = [];

        public override ActorPath Path { get; } = ActorPath.Root("world") / "bridge";

        protected override void TellInternal(object message, IActorRef? sender) => Got.Add((message, sender));
    }

    sealed class Elsewhere : IActorRef
    {
        public ActorPath Path { get; } = ActorPath.Root("world") / "remote";

        public void Tell(object message, IActorRef? sender) => throw new NotSupportedException();

        public bool Equals(IActorRef? other) => ReferenceEquals(this, other);

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => 1;

        public int CompareTo(IActorRef? other) => 0;

        public int CompareTo(object? obj) => 0;
    }
}
