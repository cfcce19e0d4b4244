using StyleFarm.GpuNode.Engines;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>Adds up what a shard's rendering has done and tells it about once a second. For one thread.</summary>
sealed class PaceMeter(Action<ShardEvent> tell, TimeProvider clock)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    double _pixelSteps;
    long _since = clock.GetTimestamp();

    public void Add(double pixelSteps)
    {
        _pixelSteps += pixelSteps;
        if (clock.GetElapsedTime(_since) >= Every) Flush();
    }

    /// <summary>Tells what is left.</summary>
    public void Flush()
    {
        var now = clock.GetTimestamp();
        if (_pixelSteps > 0) tell(new ShardPaced(_pixelSteps, clock.GetElapsedTime(_since, now)));
        (_pixelSteps, _since) = (0, now);
    }
}
