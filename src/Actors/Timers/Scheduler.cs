namespace StyleFarm.Actors;

/// <summary>Something that can be called off.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }

    void Cancel();
}

/// <summary>Messages to anybody, later. What concerns one actor only is better kept with <see cref="IWithTimers"/>.</summary>
public interface IScheduler
{
    /// <summary>The time of this system.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time since some fixed moment, never set back.</summary>
    TimeSpan MonotonicClock { get; }

    TimeSpan HighResMonotonicClock { get; }

    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender);

    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender);
}

/// <summary>The same, to be called off.</summary>
public static class SchedulerExtensions
{
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        ((Scheduler)scheduler).Start(delay, Timeout.InfiniteTimeSpan, receiver, message, sender);

    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ((Scheduler)scheduler).Start(initialDelay, interval, receiver, message, sender);
}

internal sealed class Scheduler(ActorSystem system) : IScheduler
{
    readonly long _start = system.Options.Time.GetTimestamp();

    public DateTimeOffset Now => system.Options.Time.GetUtcNow();

    public TimeSpan MonotonicClock => system.Options.Time.GetElapsedTime(_start);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        Start(delay, Timeout.InfiniteTimeSpan, receiver, message, sender);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        Start(initialDelay, interval, receiver, message, sender);

    public ICancelable Start(TimeSpan delay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender)
    {
        var scheduled = new ScheduledTell(receiver, message, sender, interval == Timeout.InfiniteTimeSpan);
        scheduled.Attach(system.StartTimer(static state => ((ScheduledTell)state!).Fire(), scheduled, delay, interval));
        return scheduled;
    }

    sealed class ScheduledTell(ICanTell receiver, object message, IActorRef? sender, bool isOnce) : ICancelable
    {
        ITimer? _timer;
        volatile bool _cancelled;

        public bool IsCancellationRequested => _cancelled;

        // The timer roots this object, and this object the timer.
        public void Attach(ITimer timer)
        {
            _timer = timer;
            if (_cancelled) timer.Dispose();
        }

        public void Cancel()
        {
            _cancelled = true;
            _timer?.Dispose();
        }

        public void Fire()
        {
            if (_cancelled) return;
            receiver.Tell(message, sender);
            if (isOnce) _timer?.Dispose();
        }
    }
}
