namespace StyleFarm.Conformance;

/// <summary>Tells the recorder of its life, does what it is told.</summary>
class Performer : ReceiveActor
{
    readonly IActorRef _log;
    int _count;

    public Performer(IActorRef log)
    {
        _log = log;
        Note("new");
        Receive<Fail>(fail => throw fail.Error);
        Receive<Count>(_ => Note($"count {++_count}"));
        Receive<string>(text => Note(text));
        Receive<Make>(make => Sender.Tell(Context.ActorOf(make.Props, make.Name)));
        Receive<StopSelf>(_ => Context.Stop(Self));
        Receive<Behave>(behave => Note(behave.Act(Context)));
    }

    protected void Note(string line) => _log.Tell($"{Self.Path.Name}:{line}", ActorRefs.NoSender);

    protected override void PreStart() => Note("start");

    protected override void PostStop() => Note("stop");

    protected override void PreRestart(Exception reason, object? message)
    {
        Note($"before {reason.Message}/{(message is Fail ? "Fail" : "")}");
        base.PreRestart(reason, message!);
    }

    protected override void PostRestart(Exception reason)
    {
        Note($"after {reason.Message}");
        base.PostRestart(reason);
    }

    public sealed record Fail(Exception Error)
    {
        public Fail(string message) : this(new InvalidOperationException(message))
        {
        }
    }

    public sealed record Count;

    public sealed record Make(Props Props, string? Name = null);

    public sealed record StopSelf;

    public sealed record Behave(Func<IActorContext, string> Act);
}

/// <summary>A performer that looks after its children in a given way.</summary>
sealed class Parent : Performer
{
    readonly SupervisorStrategy _strategy;

    public Parent(IActorRef log, SupervisorStrategy strategy) : base(log)
    {
        _strategy = strategy;
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}

/// <summary>A parent whose children outlive its restart.</summary>
sealed class Keeper : Performer
{
    public Keeper(IActorRef log) : base(log)
    {
    }

    protected override void PreRestart(Exception reason, object? message) => Note("keeps");

    protected override void PostRestart(Exception reason) => Note("kept");
}
