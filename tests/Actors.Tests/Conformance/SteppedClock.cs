namespace StyleFarm.Conformance;

/// <summary>A clock that moves only when told to, for many threads; timers ring on the thread that moves it, in order.</summary>
sealed class SteppedClock : TimeProvider
{
    readonly Lock _gate = new();
    readonly HashSet<Alarm> _running = [];
    TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Advance(TimeSpan span)
    {
        var end = TimeSpan.FromTicks(GetTimestamp()) + span;
        while (Next(end) is { } alarm) alarm.Ring();
    }

    Alarm? Next(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _running.Where(alarm => alarm.Due <= end).MinBy(alarm => alarm.Due);
            _now = next?.Due ?? end;
            if (next is null) return null;
            if (next.Period > TimeSpan.Zero) next.Due += next.Period;
            else _running.Remove(next);
            return next;
        }
    }

    sealed class Alarm(SteppedClock clock, Action ring) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public Action Ring => ring;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._running.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, Period) = (clock._now + dueTime, period);
                return clock._running.Add(this);
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
