using StyleFarm.GpuNode.Engines;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>Adds up what a shard's rendering has done and tells it about once a second. For one thread.</summary>
sealed class PaceMeter(Action<ShardEvent> tell, TimeProvider clock)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    double _pixelSteps;
    double _rounds;
    long _steps;
    long _since = clock.GetTimestamp();

    /// <summary>One cell was taken a step further.</summary>
    /// <param name="pixelSteps">The pixels of its result.</param>
    /// <param name="company">How many cells its batch has, itself among them.</param>
    public void Add(double pixelSteps, int company = 1)
    {
        (_pixelSteps, _rounds, _steps) = (_pixelSteps + pixelSteps, _rounds + 1.0 / company, _steps + 1);
        if (clock.GetElapsedTime(_since) >= Every) Flush();
    }

    /// <summary>Tells what is left.</summary>
    public void Flush()
    {
        var now = clock.GetTimestamp();
        var took = clock.GetElapsedTime(_since, now);
        if (_pixelSteps > 0) tell(new ShardPaced(_pixelSteps, took));
        NodeInstruments.Paced(_steps, _pixelSteps, _rounds, took);
        (_pixelSteps, _rounds, _steps, _since) = (0, 0, 0, now);
    }
}
