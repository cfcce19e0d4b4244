namespace StyleFarm.Actors;

/// <summary>The timers of one incarnation. Used inside its turns only.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    readonly Dictionary<object, ActorTimer> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, Timeout.InfiniteTimeSpan, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) =>
        Start(key, msg, timeout, Timeout.InfiniteTimeSpan, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer)) timer.Dispose();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values) timer.Dispose();
        _timers.Clear();
    }

    void Start(object key, object message, TimeSpan delay, TimeSpan interval, IActorRef? sender)
    {
        Cancel(key);
        var timer = new ActorTimer(this, key, message, sender, isPeriodic: interval != Timeout.InfiniteTimeSpan);
        _timers[key] = timer;
        timer.Start(cell, delay, interval);
    }

    internal bool Owns(ActorTimer timer) => _timers.TryGetValue(timer.Key, out var present) && ReferenceEquals(present, timer);
}

/// <summary>
/// A running timer and at once the message that says it is due. A periodic one that is still waiting in the mailbox is not put there again:
/// an actor that cannot keep up is not buried.
/// </summary>
internal sealed class ActorTimer(TimerScheduler owner, object key, object message, IActorRef? sender, bool isPeriodic)
    : IAutoReceivedMessage, IDisposable
{
    ActorCell? _cell;
    ITimer? _timer;
    int _waiting;

    public object Key => key;

    public object Message => message;

    public void Start(ActorCell cell, TimeSpan delay, TimeSpan interval)
    {
        _cell = cell;
        _timer = cell.System.StartTimer(static state => ((ActorTimer)state!).Fire(), this, delay, interval);
    }

    /// <summary>The message's turn has come.</summary>
    /// <returns>What the actor gets; null if the timer was cancelled or replaced meanwhile.</returns>
    public object? Take()
    {
        Volatile.Write(ref _waiting, 0);
        if (!owner.Owns(this)) return null;
        if (!isPeriodic) owner.Cancel(key);
        return message;
    }

    public void Dispose() => _timer?.Dispose();

    void Fire()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0) _cell!.Mailbox.Post(new Envelope(this, sender), force: true);
    }
}
