namespace StyleFarm.Actors;

/// <summary>An actor from outside: its place in the tree, its mailbox, and the state that outlives its incarnations.</summary>
internal sealed class ActorCell : IActorContext
{
    [ThreadStatic]
    static ActorCell? _current;

    readonly BehaviorStack _behaviors = new();
    AsyncTurns? _async;
    IdleTimer? _idle;

    public ActorCell(ActorSystem system, ISystemRef parent, Props props, ActorPath path)
    {
        (System, ParentRef, Props) = (system, parent, props);
        Self = new LocalActorRef(this, path);
        Mailbox = new Mailbox(this, system.Dispatcher, props.MailboxCapacity ?? system.Options.MailboxCapacity);
        Watches = new DeathWatch(this);
        Lifecycle = new Lifecycle(this);
    }

    /// <summary>The cell whose turn this thread runs.</summary>
    public static ActorCell? Current => _current;

    public ActorSystem System { get; }

    public Props Props { get; }

    public LocalActorRef Self { get; }

    public ISystemRef ParentRef { get; }

    public Mailbox Mailbox { get; }

    public Children Children { get; } = new();

    public DeathWatch Watches { get; }

    public Lifecycle Lifecycle { get; }

    /// <summary>The present incarnation; null before the first, between two, and at the end.</summary>
    public ActorBase? Actor { get; set; }

    /// <summary>The timers of the present incarnation, if it has any.</summary>
    public TimerScheduler? Timers { get; private set; }

    public object? CurrentMessage { get; set; }

    public IActorRef? SenderOrNull { get; set; }

    /// <summary>Which message this is, for the stash that takes each only once.</summary>
    public long Turn { get; private set; }

    public IActorRef Sender => SenderOrNull ?? System.DeadLetters;

    public IActorRef Parent => ParentRef;

    public TimeSpan? ReceiveTimeout => _idle?.Span;

    IActorRef IActorContext.Self => Self;

    public static ActorCell? Enter(ActorCell? cell)
    {
        var outer = _current;
        _current = cell;
        return outer;
    }

    public static void Leave(ActorCell? outer) => _current = outer;

    public void Invoke(in Envelope envelope)
    {
        var message = envelope.Message;
        var counts = _idle is not null && (message as ActorTimer)?.Message is not INotInfluenceReceiveTimeout
            && message is not INotInfluenceReceiveTimeout;
        if (counts) _idle!.Pause();
        Turn++;
        (CurrentMessage, SenderOrNull) = (message, envelope.Sender);
        try
        {
            if (message is IAutoReceivedMessage) AutoReceive(message);
            else Receive(message);
        }
        catch (Exception error)
        {
            Lifecycle.Fail(error);
        }
        (CurrentMessage, SenderOrNull) = (null, null);
        if (_idle is not null) RearmIdleTimer();
    }

    public void InvokeSystem(SystemMessage message)
    {
        // A message of the kernel may come while a turn awaits.
        var (outerMessage, outerSender) = (CurrentMessage, SenderOrNull);
        Lifecycle.Handle(message);
        (CurrentMessage, SenderOrNull) = (outerMessage, outerSender);
    }

    public void RunAsync<T>(Func<T, Task> handler, T argument) => (_async ??= new AsyncTurns(this)).Run(handler, argument);

    public void Continue(Continuation continuation) => _async!.Continue(continuation);

    /// <summary>Silence counts from here, unless a turn is still awaiting.</summary>
    public void RearmIdleTimer()
    {
        if (_idle is not null && !Mailbox.IsSuspended && !Mailbox.IsClosed) _idle.Resume();
    }

    /// <summary>Makes the next incarnation.</summary>
    public ActorBase NewActor()
    {
        var actor = Props.NewActor();
        actor.Seal();
        if (actor is IWithStash stashing) stashing.Stash = new ActorStash(this);
        return actor;
    }

    /// <summary>The constructor of an incarnation begins; what it does with Become comes after.</summary>
    public void Adopt(ActorBase actor, Receive behavior)
    {
        _behaviors.Reset(behavior);
        if (actor is IWithTimers timing) timing.Timers = Timers = new TimerScheduler(this);
    }

    /// <summary>The incarnation is no more; who still holds the reference does not hold it.</summary>
    public void Forget()
    {
        Actor = null;
        _behaviors.Reset(static _ => false);
        // An incarnation that failed while it was made could not cancel them itself.
        Timers?.CancelAll();
        Timers = null;
    }

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is "") throw new InvalidActorNameException("Actor name must not be empty.");
        if (name is not null && !ActorPath.IsValidPathElement(name))
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor names take letters, digits and -_.*$+:@&=,!~';()%, and do not start with $");
        return MakeChild(props, name);
    }

    public LocalActorRef MakeChild(Props props, string? name)
    {
        var child = Children.Add(name, unique => new ChildStats(
            new ActorCell(System, Self, props, (Self.Path / unique).WithUid(System.NextUid())).Self, System.Options.Time));
        child.SendSystem(new Create());
        return child;
    }

    public void Stop(IActorRef child)
    {
        Children.MarkDying(child);
        if (child is ISystemRef reference) reference.SendSystem(new Terminate());
    }

    public void Become(Receive receive) => _behaviors.Replace(receive);

    public void BecomeStacked(Receive receive) => _behaviors.Push(receive);

    public void UnbecomeStacked() => _behaviors.Pop();

    public IActorRef Child(string name) => Children.Find(name)?.Child as IActorRef ?? ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children.Snapshot();

    public IActorRef Watch(IActorRef subject)
    {
        Watches.Watch(subject, null);
        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        Watches.Watch(subject, message);
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        Watches.Unwatch(subject);
        return subject;
    }

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is not null || _idle is not null) (_idle ??= new IdleTimer(this)).Set(timeout);
    }

    void AutoReceive(object message)
    {
        switch (message)
        {
            case ActorTimer timer:
                if (timer.Take() is not { } due) break;
                if (due is IAutoReceivedMessage) AutoReceive(due);
                else Receive(due);
                break;
            case Terminated terminated:
                if (Watches.Deliver(terminated) is { } news) Receive(news);
                break;
            case PoisonPill:
                Self.SendSystem(new Terminate());
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            // A user's own type with this marker is a message as any other.
            default:
                Receive(message);
                break;
        }
    }

    void Receive(object message)
    {
        CurrentMessage = message;
        System.Dispatcher.OnMessage?.Invoke(Self, message, SenderOrNull);
        _behaviors.Top(message);
    }
}
