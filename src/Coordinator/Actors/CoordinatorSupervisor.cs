namespace StyleFarm.Coordinator.Actors;

/// <summary>
/// Keeps a coordinator running: one that fails is started again after a while that doubles, up to half a minute, and finds everything
/// in the journal. Passes on whatever it is told.
/// </summary>
public sealed class CoordinatorSupervisor : ReceiveActor, IWithTimers, IWithStash
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly CoordinatorParts _parts;
    IActorRef? _coordinator;
    long _started;
    int _failures;

    /// <param name="parts">What the coordinator is made of.</param>
    public CoordinatorSupervisor(CoordinatorParts parts)
    {
        _parts = parts;
        Receive<Terminated>(_ => Ended());
        Receive<StartAgain>(_ => Start());
        ReceiveAny(message =>
        {
            if (_coordinator is null) Stash.Stash();
            else _coordinator.Forward(message);
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart() => Start();

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    void Start()
    {
        _started = _parts.Time.GetTimestamp();
        _coordinator = Context.ActorOf(Props.Create(() => new CoordinatorActor(_parts)));
        Context.Watch(_coordinator);
        Stash.UnstashAll();
    }

    void Ended()
    {
        _coordinator = null;
        if (_parts.Time.GetElapsedTime(_started) > 2 * LongestWait) _failures = 0;
        var wait = FirstWait * Math.Pow(2, Math.Min(_failures++, 10));
        Timers.StartSingleTimer("start", StartAgain.Instance, wait < LongestWait ? wait : LongestWait);
    }

    sealed record StartAgain
    {
        public static StartAgain Instance { get; } = new();
    }
}
