namespace StyleFarm.GpuNode.Protocol;

/// <summary>What was done in the last minute, in slots of a second. Times are counted from the node's start.</summary>
sealed class WorkWindow
{
    const int Slots = 60;

    readonly (long Second, double PixelSteps, double Busy)[] _slots = new (long, double, double)[Slots];

    /// <summary>Adds work that was done just now.</summary>
    public void Add(TimeSpan now, double pixelSteps, TimeSpan busy)
    {
        var second = (long)now.TotalSeconds;
        ref var slot = ref _slots[second % Slots];
        slot = slot.Second == second ? (second, slot.PixelSteps + pixelSteps, slot.Busy + busy.TotalSeconds)
            : (second, pixelSteps, busy.TotalSeconds);
    }

    /// <summary>
    /// Pixel-steps a second while the device worked, and the share of the minute (of the node's life, if that is shorter) in which it did.
    /// </summary>
    public (double PixelStepsPerSecond, double Utilisation) Read(TimeSpan now)
    {
        var oldest = (long)now.TotalSeconds - Slots;
        var recent = _slots.Where(slot => slot.Second > oldest).ToList();
        var busy = recent.Sum(slot => slot.Busy);
        if (busy <= 0) return (0, 0);
        return (recent.Sum(slot => slot.PixelSteps) / busy, Math.Min(1, busy / Math.Clamp(now.TotalSeconds, 1, Slots)));
    }
}
