namespace StyleFarm.Conformance;

/// <summary>The part of the subset that only actors see. See <see cref="Subset"/>.</summary>
sealed class Everything : ReceiveActor, IWithTimers, IWithStash
{
    readonly ILoggingAdapter _log = Context.GetLogger();

    public Everything(int argument)
    {
        Receive<int>(number => number > argument);
        Receive<int>(number => _log.Info("{0} is over {1}", number, argument), number => number > argument);
        Receive<string>(text => text.Length > 0, text => Sender.Tell(text));
        Receive(typeof(long), number => _log.Debug($"{number}"));
        Receive(typeof(long), number => number is 0L, _ => { });
        ReceiveAsync<double>(async number => await WorkAsync(number));
        ReceiveAsync<float>(number => number > 0, async number => await WorkAsync(number));
        ReceiveAsync(typeof(byte), async _ => await WorkAsync(0));
        Receive<Terminated>(gone => _log.Warning("{0} {1} {2}", gone.ActorRef, gone.ExistenceConfirmed, gone.AddressTerminated));
        Receive<ReceiveTimeout>(_ => SetReceiveTimeout(null));
        Receive<Status.Failure>(failure => _log.Error(failure.Cause, "failed"));
        Receive<Status.Success>(success => Sender.Tell(success.Status ?? Status.Success.Instance));
        Receive<IActorRef>(Trees);
        Receive<TimeSpan>(Clocks);
        Receive<char>(_ => Become(Other));
        ReceiveAny(Unhandled);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    protected override void PreStart() => Context.SetReceiveTimeout(TimeSpan.FromMinutes(1));

    protected override void PostStop() => _log.Debug("stopped");

    protected override void PreRestart(Exception reason, object? message) => base.PreRestart(reason, message!);

    protected override void PostRestart(Exception reason) => base.PostRestart(reason);

    protected override SupervisorStrategy SupervisorStrategy() => Subset.Strategies()[0];

    protected override void Unhandled(object message) => base.Unhandled(message);

    void Other()
    {
        Receive<string>(_ => Stash.Stash());
        Receive<int>(_ => BecomeStacked(() => ReceiveAnyAsync(_ => Task.CompletedTask)));
        Receive<bool>(_ =>
        {
            if (Stash is { IsEmpty: false, NonEmpty: true, IsFull: false, Count: > 0, Capacity: not 0 }) Stash.Unstash();
            Stash.UnstashAll(envelope => envelope.Message is string && envelope.Sender != Self);
            Stash.Prepend(Stash.ClearStash());
            Stash.UnstashAll();
            UnbecomeStacked();
        });
    }

    void Trees(IActorRef subject)
    {
        IActorContext context = Context;
        context.Watch(subject);
        context.Unwatch(subject);
        context.WatchWith(subject, "gone");
        var child = context.ActorOf(context.Props, "child");
        child.Tell("hello");
        child.Tell("hello", Self);
        child.Forward("hello");
        child.Tell(PoisonPill.Instance);
        child.Tell(Kill.Instance);
        context.Stop(child);
        _ = (context.Self, context.Sender, context.Parent, context.System, context.Child("child"), context.GetChildren(),
            context.ReceiveTimeout);
        ICanTell target = child;
        target.Tell("hello", ActorRefs.NoSender);
        WorkAsync(1).PipeTo(Self);
        WorkAsync(1).PipeTo(Self, Self, number => number, error => new Status.Failure(error));
        ((Task)WorkAsync(1)).PipeTo(Self, failure: error => new Status.Failure(error, "state"), success: () => "done");
        new ValueTask<double>(1).PipeTo(Self);
    }

    void Clocks(TimeSpan span)
    {
        Timers.StartSingleTimer("once", "due", span);
        Timers.StartSingleTimer("once", "due", span, Self);
        Timers.StartPeriodicTimer("often", new Tick(), span);
        Timers.StartPeriodicTimer("often", new Tick(), span, span);
        if (Timers.IsTimerActive("once") && Timers.ActiveTimers.Count > 0) Timers.Cancel("once");
        Timers.CancelAll();
        _ = _log.IsDebugEnabled || _log.IsInfoEnabled || _log.IsWarningEnabled || _log.IsErrorEnabled;
    }

    static Task<double> WorkAsync(double number) => Task.FromResult(number);

    sealed class Tick : INotInfluenceReceiveTimeout;
}

/// <summary>An actor with one method.</summary>
sealed class Plain : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case string:
                RunTask(async () => await Task.CompletedTask);
                break;
            case int:
                Become(OnReceive);
                BecomeStacked(OnReceive);
                UnbecomeStacked();
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
