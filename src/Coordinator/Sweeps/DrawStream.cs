namespace StyleFarm.Coordinator.Sweeps;

/// <summary>
/// Numbers for drawing cells: SplitMix64, which is the same on every machine and in every version of .NET, so that a sweep that is
/// taken up again draws the same cells.
/// </summary>
sealed class DrawStream(ulong seed)
{
    ulong _state = seed;

    /// <summary>Uniform from 0 to below 1, in steps of 2⁻⁵³.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform from 0 to below the count; for the counts of a sweep the bias is below 10⁻⁹.</summary>
    public int Below(int count) => Math.Min(count - 1, (int)(Fraction() * count));

    ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
