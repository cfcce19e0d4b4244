namespace StyleFarm.Conformance;

sealed class Stillborn : ReceiveActor
{
    public Stillborn() => throw new InvalidOperationException("never born");
}

/// <summary>Watches another and has no handler for its end.</summary>
sealed class Bound : ReceiveActor
{
    public Bound(IActorRef friend) => Context.Watch(friend);
}

/// <summary>Watches its child and has no handler for its end.</summary>
sealed class Anxious : ReceiveActor
{
    public Anxious(IActorRef log)
    {
        Context.Watch(Context.ActorOf(Props.Create<Performer>(log), "c"));
        Receive<string>(text => throw new InvalidOperationException(text), text => text == "fail");
        Receive<string>(_ => log.Tell("alive"));
    }
}

sealed class FragileDoor : ReceiveActor, IWithStash
{
    public FragileDoor(IActorRef log)
    {
        Receive<int>(number =>
        {
            log.Tell($"{number}");
            Stash.Stash();
        });
        Receive<string>(text =>
        {
            log.Tell("failing");
            throw new InvalidOperationException(text);
        }, text => text == "fail");
        Receive<string>(text =>
        {
            log.Tell(text);
            Become(() => Receive<int>(number => log.Tell($"{number}")));
            Stash.UnstashAll();
        });
    }

    public IStash Stash { get; set; } = null!;
}

sealed class Tidy : ReceiveActor, IDisposable
{
    readonly IActorRef _log;

    public Tidy(IActorRef log)
    {
        _log = log;
        log.Tell("made");
        Receive<string>(text => throw new InvalidOperationException(text));
    }

    public void Dispose() => _log.Tell("disposed");
}

/// <summary>Watches whom it is told to, and notes their end.</summary>
sealed class Watcher : ReceiveActor
{
    public Watcher(IActorRef log)
    {
        Receive<Look>(look =>
        {
            Context.Watch(look.Subject);
            Sender.Tell("looking");
        });
        Receive<Terminated>(_ => log.Tell("Terminated"));
        Receive<string>(text => log.Tell(text));
        Receive<Performer.Behave>(behave => log.Tell(behave.Act(Context)));
    }

    public sealed record Look(IActorRef Subject);
}
