using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>Thins loss reports out for people who watch: at most one of a cell in <see cref="Interval"/>. For one thread.</summary>
sealed class LiveFeed(Action<LossReport> publish, TimeProvider clock)
{
    /// <summary>The shortest time between two reports of one cell.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    readonly Dictionary<string, long> _last = [];

    public void Add(LossReport report)
    {
        var now = clock.GetTimestamp();
        if (_last.TryGetValue(report.Cell, out var last) && clock.GetElapsedTime(last, now) < Interval) return;
        _last[report.Cell] = now;
        publish(report);
    }
}
