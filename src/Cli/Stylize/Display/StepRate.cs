namespace StyleFarm.Cli.Stylize.Display;

/// <summary>Measures steps a second over the last few steps.</summary>
sealed class StepRate(int steps, int done, TimeProvider clock)
{
    const int Window = 20;

    readonly Queue<(long Time, int Step)> _recent = new([(clock.GetTimestamp(), done)]);
    int _last = done;

    /// <summary>Steps a second and the seconds still to go, once known.</summary>
    public (double PerSecond, double SecondsLeft)? Add(int stepsDone)
    {
        if (stepsDone != _last) _recent.Enqueue((clock.GetTimestamp(), _last = stepsDone));
        if (_recent.Count > Window) _recent.Dequeue();
        var (time, step) = _recent.Peek();
        var seconds = clock.GetElapsedTime(time).TotalSeconds;
        if (stepsDone <= step || seconds <= 0) return null;
        var rate = (stepsDone - step) / seconds;
        return (rate, (steps - stepsDone) / rate);
    }
}
