namespace StyleFarm.Actors.Testing;

/// <summary>A clock that stands still until somebody moves it, with its timers. For one thread.</summary>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    readonly TimerHeap _timers = new();

    /// <summary>How far it was moved.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next timer is due, as <see cref="Elapsed"/>; null if none is.</summary>
    public TimeSpan? NextDue => _timers.First is { } first ? TimeSpan.FromTicks(first.Due) : null;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next moment at which timers are due, if it is not after <paramref name="until"/>, and runs those.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool FireNext(TimeSpan until)
    {
        if (_timers.First is not { } first || first.Due > until.Ticks) return false;
        Elapsed = TimeSpan.FromTicks(first.Due);
        // Timers that these start for this very moment come next time, after the actors had their turns.
        var newest = _timers.NewestOrder;
        while (_timers.First is { } timer && timer.Due == Elapsed.Ticks && timer.Order <= newest) timer.Fire();
        return true;
    }

    internal void MoveTo(TimeSpan elapsed) => Elapsed = elapsed;

    sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer, IHeapTimer
    {
        TimeSpan _period;
        bool _disposed;

        public long Due { get; set; }

        public long Order { get; set; }

        public int Place { get; set; } = TimerHeap.Nowhere;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed) return false;
            time._timers.Remove(this);
            _period = period;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            time._timers.Add(this, time.Elapsed.Ticks + dueTime.Ticks);
            return true;
        }

        public void Fire()
        {
            time._timers.Remove(this);
            if (_period > TimeSpan.Zero) time._timers.Add(this, Due + _period.Ticks);
            callback(state);
        }

        public void Dispose()
        {
            _disposed = true;
            time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
