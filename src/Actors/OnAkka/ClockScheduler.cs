using Akka.Dispatch;

namespace StyleFarm.Actors;

/// <summary>
/// Runs the timers of an Akka.NET system on an injected clock, as the kernel does; Akka.NET's own scheduler reads the clock of the
/// machine only.
/// </summary>
sealed class ClockScheduler(Config scheduler, ILoggingAdapter log) : SchedulerBase(scheduler, log), IDisposable
{
    // Akka.NET makes its scheduler itself, from a type name, on the thread that makes the system.
    [ThreadStatic]
    static TimeProvider? s_next;

    readonly TimeProvider _clock = s_next ?? TimeProvider.System;
    readonly HashSet<Alarm> _alarms = [];
    bool _isOver;

    /// <summary>As Akka.NET's configuration names it.</summary>
    public static string Name => $"{typeof(ClockScheduler).FullName}, {typeof(ClockScheduler).Assembly.GetName().Name}";

    public override TimeSpan MonotonicClock => _clock.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _clock.GetUtcNow();

    /// <summary>Makes a system whose configuration names this scheduler, on a clock.</summary>
    public static ActorSystem On(TimeProvider clock, Func<ActorSystem> create)
    {
        s_next = clock;
        try
        {
            return create();
        }
        finally
        {
            s_next = null;
        }
    }

    /// <summary>Nothing runs any more.</summary>
    public void Dispose()
    {
        Alarm[] left;
        lock (_alarms) (left, _isOver) = ([.. _alarms], true);
        foreach (var alarm in left) alarm.Dispose();
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message,
        IActorRef sender, ICancelable cancelable) =>
        Start(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Start(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Start(initialDelay, interval, action.Run, cancelable);

    void Start(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        var alarm = new Alarm(this, action, interval == Timeout.InfiniteTimeSpan);
        lock (_alarms)
        {
            if (_isOver) throw new SchedulerException("cannot enqueue after timer shutdown");
            _alarms.Add(alarm);
        }

        alarm.Start(delay, interval, cancelable?.Token ?? CancellationToken.None);
    }

    sealed class Alarm : IDisposable
    {
        readonly ClockScheduler _scheduler;
        readonly Action _action;
        readonly bool _isOnce;
        readonly ITimer _timer;
        CancellationTokenRegistration _cancelling;

        public Alarm(ClockScheduler scheduler, Action action, bool isOnce)
        {
            (_scheduler, _action, _isOnce) = (scheduler, action, isOnce);
            _timer = Make();
        }

        public void Start(TimeSpan delay, TimeSpan interval, CancellationToken cancellation)
        {
            _cancelling = cancellation.UnsafeRegister(static alarm => ((Alarm)alarm!).Dispose(), this);
            _timer.Change(delay, interval);
        }

        public void Dispose()
        {
            lock (_scheduler._alarms) _scheduler._alarms.Remove(this);
            _timer.Dispose();
            // Not Dispose: that would wait for a cancellation under way, which may be what called this.
            _cancelling.Unregister();
        }

        /// <summary>It outlives the turn that starts it, and must not keep that turn's execution context.</summary>
        ITimer Make()
        {
            if (ExecutionContext.IsFlowSuppressed()) return Of(_scheduler._clock);
            using (ExecutionContext.SuppressFlow()) return Of(_scheduler._clock);

            ITimer Of(TimeProvider clock) =>
                clock.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        void Ring()
        {
            try
            {
                if (_isOnce) Dispose();
                _action();
            }
            catch (Exception e)
            {
                _scheduler.Log.Error(e, "a scheduled action failed");
            }
        }
    }
}
