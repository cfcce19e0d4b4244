namespace StyleFarm.Cli.Tests;

/// <summary>A clock that stands still until it is put forward.</summary>
sealed class SteppedClock : TimeProvider
{
    TimeSpan _now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

    public void Forward(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
