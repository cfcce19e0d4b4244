namespace StyleFarm.Conformance;

sealed class Chooser : ReceiveActor
{
    public Chooser(IActorRef log)
    {
        Receive<int>(number => log.Tell($"small {number}"), number => number < 10);
        Receive<int>(number =>
        {
            if (number % 2 != 0) return false;
            log.Tell($"even {number}");
            return true;
        });
        Receive<int>(number => log.Tell($"other {number}"));
        ReceiveAny(message => log.Tell($"any {message}"));
    }
}

sealed class Careless : ReceiveActor
{
    public Careless(IActorRef log)
    {
        ReceiveAny(_ => Try(log));
        Try(log);
    }

    void Try(IActorRef log)
    {
        try
        {
            Receive<int>(_ => { });
        }
        catch (InvalidOperationException error)
        {
            log.Tell(error.Message);
        }
    }
}

sealed class EarlyBecomer : ReceiveActor
{
    public EarlyBecomer(IActorRef log)
    {
        Receive<string>(_ => log.Tell("first"));
        Become(() => Receive<string>(_ => log.Tell("second")));
    }
}

sealed class Stacker : ReceiveActor
{
    public Stacker(IActorRef log)
    {
        Receive<int>(number => log.Tell($"plain {number}"));
        Receive<string>(_ => UnbecomeStacked(), text => text == "pop");
        Receive<string>(_ => BecomeStacked(() => Upper(log, "stacked")));
    }

    void Upper(IActorRef log, string name)
    {
        Receive<int>(number => log.Tell($"{name} {number}"));
        Receive<string>(_ => UnbecomeStacked(), text => text == "pop");
        Receive<string>(_ => BecomeStacked(() => Upper(log, "upper")));
    }
}

sealed class Door : ReceiveActor, IWithStash
{
    public Door(IActorRef log)
    {
        Receive<int>(_ => Stash.Stash());
        Receive<string>(text =>
        {
            log.Tell(text);
            Become(() => Receive<int>(number => log.Tell($"{number}")));
            Stash.UnstashAll();
        });
    }

    public IStash Stash { get; set; } = null!;
}

sealed class DoubleStasher : ReceiveActor, IWithStash
{
    public DoubleStasher(IActorRef log) => Receive<int>(_ =>
    {
        Stash.Stash();
        try
        {
            Stash.Stash();
        }
        catch (IllegalActorStateException error)
        {
            log.Tell(error.Message);
        }
    });

    public IStash Stash { get; set; } = null!;
}

sealed class Echo : ReceiveActor
{
    public Echo() => ReceiveAny(message => Sender.Tell(message));
}

sealed class Forwarder : ReceiveActor
{
    public Forwarder(IActorRef target) => ReceiveAny(target.Forward);
}

sealed class SenderNamer : ReceiveActor
{
    public SenderNamer(IActorRef log) => Receive<string>(_ => log.Tell(Sender.Path.Name));
}

/// <summary>Gives back what is no text.</summary>
sealed class Mute : ReceiveActor
{
    public Mute() => Receive<object>(message => Sender.Tell(message), message => message is not string);
}

sealed class Maker : ReceiveActor
{
    public Maker() => Receive<Performer.Make>(make => Sender.Tell(Context.ActorOf(make.Props, make.Name)));
}

/// <summary>Notes what the event stream says of lost messages.</summary>
sealed class Listener : ReceiveActor
{
    public Listener(IActorRef log)
    {
        Context.System.EventStream.Subscribe(Self, typeof(AllDeadLetters));
        Receive<UnhandledMessage>(letter => log.Tell($"UnhandledMessage {letter.Message}"));
        Receive<DeadLetter>(letter => log.Tell($"DeadLetter {letter.Message}"), letter => letter.Message is string);
        Receive<AllDeadLetters>(letter => log.Tell($"lost {letter.Message}"), letter => letter.Message is int);
        ReceiveAny(_ => { });
    }
}

/// <summary>Waits in its first turn.</summary>
sealed class Waiter : ReceiveActor
{
    public Waiter(IActorRef log, Task gate)
    {
        ReceiveAsync<string>(async text =>
        {
            log.Tell(text);
            await gate;
        });
        Receive<int>(number => log.Tell($"{number}"));
    }
}
