namespace StyleFarm.Actors;

/// <summary>
/// A tree of actors: `/user` for those of the program, `/system` for those of the kernel. Ends with <see cref="Terminate"/>, children
/// before parents.
/// </summary>
public sealed class ActorSystem : IActorRefFactory, IDisposable
{
    readonly TaskCompletionSource _terminated;
    readonly List<Action> _onTermination = [];
    readonly Random _random;
    readonly ActorCell _root;
    readonly ActorCell _user;
    readonly ActorCell _system;
    long _lastUid;
    bool _hasEnded;

    internal ActorSystem(string name, ActorSystemOptions options, Dispatcher dispatcher)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MailboxCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Throughput, 1);
        if (!ActorPath.IsValidPathElement(name))
            throw new ArgumentException($"Invalid ActorSystem name [{name}]; it takes letters, digits, - and _", nameof(name));
        (Name, Options, Dispatcher) = (name, options, dispatcher);
        _terminated = new TaskCompletionSource(dispatcher.TaskOptions);
        _random = options.Random ?? new Random(HashCode.Combine(Environment.ProcessId, options.Time.GetUtcNow()));
        Scheduler = new Scheduler(this);
        Log = Logging.GetLogger(this, $"ActorSystem({name})");
        var root = ActorPath.Root(name);
        DeadLetterRef = new DeadLetterRef(root / "deadLetters", EventStream);
        CoordinatedShutdown = new CoordinatedShutdown(this);
        _root = new ActorCell(this, new RootSupervisor(this, root), Props.Create<RootGuardian>(), root.WithUid(NextUid()));
        _user = _root.MakeChild(Props.Create<Guardian>(), "user").Cell;
        _system = _root.MakeChild(Props.Create<Guardian>(), "system").Cell;
        _root.Self.SendSystem(new Create());
    }

    public string Name { get; }

    public EventStream EventStream { get; } = new();

    /// <summary>Where messages for nobody go.</summary>
    public IActorRef DeadLetters => DeadLetterRef;

    public IScheduler Scheduler { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Ends when the last actor has.</summary>
    public Task WhenTerminated => _terminated.Task;

    internal ActorSystemOptions Options { get; }

    internal Dispatcher Dispatcher { get; }

    internal DeadLetterRef DeadLetterRef { get; }

    internal CoordinatedShutdown CoordinatedShutdown { get; }

    internal IActorRefFactory SystemGuardian => _system;

    /// <summary>Makes a system whose actors run on the thread pool.</summary>
    /// <param name="name">Letters, digits, - and _.</param>
    public static ActorSystem Create(string name) => Create(name, new ActorSystemOptions());

    /// <inheritdoc cref="Create(string)"/>
    public static ActorSystem Create(string name, ActorSystemOptions options) =>
        new(name, options, new ThreadPoolDispatcher(options.Throughput));

    public IActorRef ActorOf(Props props, string? name = null) => _user.ActorOf(props, name);

    /// <summary>Stops an actor after its present message; those that wait become dead letters.</summary>
    public void Stop(IActorRef actor)
    {
        var parent = actor is LocalActorRef { Cell.ParentRef: LocalActorRef above } ? above.Cell : _user;
        parent.Stop(actor);
    }

    /// <summary>Runs the coordinated shutdown, whose last phase ends all actors.</summary>
    public Task Terminate()
    {
        _ = CoordinatedShutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        return WhenTerminated;
    }

    /// <summary>Runs <paramref name="code"/> after the last actor has ended.</summary>
    /// <exception cref="InvalidOperationException">It has.</exception>
    public void RegisterOnTermination(Action code)
    {
        lock (_onTermination)
        {
            if (_hasEnded) throw new InvalidOperationException("ActorSystem already terminated.");
            _onTermination.Add(code);
        }
    }

    /// <summary>Begins <see cref="Terminate"/>; does not wait.</summary>
    public void Dispose() => _ = Terminate();

    public override string ToString() => $"akka://{Name}";

    internal long NextUid() => Interlocked.Increment(ref _lastUid);

    internal double NextDouble()
    {
        lock (_random) return _random.NextDouble();
    }

    internal void StopGuardians() => _root.Self.Tell(RootGuardian.BeginShutdown, null);

    internal void OnRootStopped()
    {
        Action[] callbacks;
        lock (_onTermination) (callbacks, _hasEnded) = ([.. _onTermination], true);
        foreach (var callback in callbacks) callback();
        Dispatcher.Settle(_terminated.TrySetResult);
    }

    internal ITimer StartTimer(TimerCallback callback, object state, TimeSpan delay, TimeSpan interval)
    {
        // A timer outlives the turn that started it; it must not keep that turn's execution context.
        if (Dispatcher.IsSingleThreaded || ExecutionContext.IsFlowSuppressed())
            return Options.Time.CreateTimer(callback, state, delay, interval);
        using (ExecutionContext.SuppressFlow()) return Options.Time.CreateTimer(callback, state, delay, interval);
    }

    internal void LogError(Exception cause, ActorCell cell, string message)
    {
        if (EventStream.HasSubscribers) EventStream.Publish(new Error(cause, cell.Self.Path.ToString(), cell.Props.Type, message));
    }

    internal void LogFailure(LocalActorRef child, Exception cause, Directive directive)
    {
        if (!EventStream.HasSubscribers) return;
        var message = (cause as ActorInitializationException)?.InnerException?.Message ?? cause.Message;
        var (path, type) = (child.Path.ToString(), child.Cell.Props.Type);
        EventStream.Publish(directive == Directive.Resume
            ? new Warning(cause, path, type, message)
            : new Error(cause, path, type, message));
    }
}
