using System.Numerics;

namespace StyleFarm.Cli.Bench;

/// <summary>Quantiles of what was measured.</summary>
static class Quantile
{
    /// <summary>The value that this share of all values does not exceed; 0 without values.</summary>
    /// <param name="values">In any order; are put in order.</param>
    /// <param name="share">0 to 1.</param>
    public static T Of<T>(List<T> values, double share) where T : INumber<T>
    {
        values.Sort();
        return values.Count == 0 ? T.Zero : values[(int)Math.Min(values.Count - 1, share * values.Count)];
    }
}
