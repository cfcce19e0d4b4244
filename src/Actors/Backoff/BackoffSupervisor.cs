namespace StyleFarm.Actors;

/// <summary>
/// Stands before one child, passes messages on to it, and brings it back after pauses that double from one return to the next. The child's
/// messages to it go on to its own parent.
/// </summary>
public sealed class BackoffSupervisor : ReceiveActor
{
    readonly BackoffOptions _options;
    IActorRef? _child;
    IActorRef? _failing;
    int _restarts;
    bool _isFinal;

    /// <summary>Use <see cref="Props(BackoffOptions)"/>.</summary>
    public BackoffSupervisor(BackoffOptions options)
    {
        _options = options;
        Receive<Terminated>(OnTerminated, terminated => terminated.ActorRef.Equals(_child));
        Receive<StartChild>(_ => OnStartChild());
        Receive<Reset>(_ => _restarts = 0, _ => _options.ResetAfter is null);
        Receive<ResetRestartCount>(reset => _restarts = reset.Current == _restarts ? 0 : _restarts);
        Receive<GetRestartCount>(_ => Sender.Tell(new RestartCount(_restarts)));
        Receive<GetCurrentChild>(_ => Sender.Tell(new CurrentChild(_child)));
        ReceiveAny(PassOn);
    }

    /// <summary>The supervisor of <paramref name="options"/> and its child.</summary>
    public static Props Props(BackoffOptions options) => Actors.Props.Create<BackoffSupervisor>(options);

    protected override void PreStart() => Start();

    protected override SupervisorStrategy SupervisorStrategy() => _options.IsOnStop ? _options.Strategy : new OneForOneStrategy(
        _options.Strategy.MaxNumberOfRetries, _options.Strategy.WithinTimeRangeMilliseconds, OnFailure);

    Directive OnFailure(Exception cause)
    {
        var directive = _options.Strategy.Decider.Decide(cause);
        if (directive != Directive.Restart) return directive;
        if (_options.Strategy.WithinTimeRangeMilliseconds > 0 && _restarts == 0)
            Later(TimeSpan.FromMilliseconds(_options.Strategy.WithinTimeRangeMilliseconds), new ResetRestartCount(_restarts));
        if (MayReturn) _failing = Sender;
        else Context.Stop(Self);
        return Directive.Stop;
    }

    void OnTerminated(Terminated terminated)
    {
        _child = null;
        var comesBack = _options.IsOnStop ? !_isFinal && MayReturn : terminated.ActorRef.Equals(_failing);
        _failing = null;
        if (comesBack) Later(Pause(_restarts++), StartChild.Instance);
        else Context.Stop(Self);
    }

    void OnStartChild()
    {
        Start();
        if (_options.ResetAfter is { } after) Later(after, new ResetRestartCount(_restarts));
    }

    void Start() => _child ??= Context.Watch(Context.ActorOf(_options.ChildProps, _options.ChildName));

    void PassOn(object message)
    {
        if (_child is not null && _child.Equals(Sender))
        {
            Context.Parent.Tell(message);
            return;
        }
        if (_child is not null) _child.Forward(message);
        else if (_options.ReplyWhileStoppedMessage is { } reply) Sender.Tell(reply);
        else Context.System.DeadLetters.Forward(message);
        if (_options.IsFinalStopMessage?.Invoke(message) != true) return;
        _isFinal = true;
        if (_child is null) Context.Stop(Self);
    }

    void Later(TimeSpan delay, object message) => Context.System.Scheduler.ScheduleTellOnce(delay, Self, message, Self);

    bool MayReturn => _options.Strategy.MaxNumberOfRetries < 0 || _restarts < _options.Strategy.MaxNumberOfRetries;

    TimeSpan Pause(int restarts)
    {
        var doubled = Math.Min(_options.MaxBackoff.Ticks, _options.MinBackoff.Ticks * Math.Pow(2, restarts));
        return TimeSpan.FromTicks((long)(doubled * (1 + Context.System.NextDouble() * _options.RandomFactor)));
    }

    /// <summary>Asks for the child; the answer is <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        GetCurrentChild()
        {
        }
    }

    /// <summary>The child, null between two.</summary>
    public sealed class CurrentChild(IActorRef? @ref)
    {
        public IActorRef? Ref => @ref;
    }

    /// <summary>The next pause is the first again; only with <see cref="BackoffOptions.WithManualReset"/>.</summary>
    public sealed class Reset
    {
        public static readonly Reset Instance = new();

        Reset()
        {
        }
    }

    /// <summary>Asks how often the child came back; the answer is <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        GetRestartCount()
        {
        }
    }

    /// <summary>How often the child came back since the last reset.</summary>
    public sealed class RestartCount(int count)
    {
        public int Count => count;
    }

    sealed class StartChild : IDeadLetterSuppression
    {
        public static readonly StartChild Instance = new();
    }

    sealed class ResetRestartCount(int current) : IDeadLetterSuppression
    {
        public int Current => current;
    }
}
