namespace StyleFarm.GpuNode.Protocol;

/// <summary>Waits that double.</summary>
static class BackOff
{
    /// <summary>The wait after the try of a number, from 1.</summary>
    public static TimeSpan After(TimeSpan first, TimeSpan atMost, int tries)
    {
        var factor = Math.Pow(2, Math.Clamp(tries - 1, 0, 30));
        return first * factor < atMost ? first * factor : atMost;
    }
}
