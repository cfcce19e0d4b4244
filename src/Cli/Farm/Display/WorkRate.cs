namespace StyleFarm.Cli.Farm.Display;

/// <summary>
/// Measures throughput over the last minute. This is where estimates of a running job come from; before its first pictures have taken
/// some steps there is none.
/// </summary>
sealed class WorkRate(TimeProvider clock)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    readonly Queue<(long Time, double Done)> _samples = [];
    (long Time, double Done) _newest;

    /// <summary>Work a second; null until it is known.</summary>
    public double? PerSecond { get; private set; }

    /// <summary>So much was done by now.</summary>
    public void Note(double done)
    {
        var now = clock.GetTimestamp();
        if (_samples.Count > 0 && clock.GetElapsedTime(_newest.Time, now) < Pace) return;
        _samples.Enqueue(_newest = (now, done));
        while (_samples.Count > 2 && clock.GetElapsedTime(_samples.Peek().Time, now) > Window) _samples.Dequeue();

        var (since, before) = _samples.Peek();
        var elapsed = clock.GetElapsedTime(since, now);
        if (elapsed >= Shortest && done > before) PerSecond = (done - before) / elapsed.TotalSeconds;
    }
}
