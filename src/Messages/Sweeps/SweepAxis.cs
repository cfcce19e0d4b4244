using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>A recipe field that a sweep changes, and its values.</summary>
/// <param name="Key">The dotted field: `optimizer.lr`.</param>
/// <param name="Values">In order, at least one.</param>
/// <param name="Range">What the values were computed from; null when they were written out.</param>
/// <param name="IsWhole">True when computed values were rounded, because the field takes whole numbers only.</param>
public sealed record SweepAxis(string Key, ValueList<SweepValue> Values, AxisRange? Range = null, bool IsWhole = false)
{
    /// <summary>
    /// The axes of one group are judged together: the recipe's rules look only at fields of the same group at once, and fields of
    /// different groups never change what the others mean.
    /// </summary>
    public string Group => GroupOf(Key);

    /// <summary>The group that an axis of this key would be in.</summary>
    public static string GroupOf(string key) => key.Split('.')[0] switch
    {
        "content_weight" or "style_weight" => "weights",
        "init" or "noise_ratio" => InitGroup,
        "steps" or "scales" => StepsGroup,
        var field => field,
    };

    /// <summary>The group that decides whether a cell's seed makes a difference.</summary>
    public const string InitGroup = "init";

    /// <summary>The group that decides how many steps a cell has.</summary>
    public const string StepsGroup = "steps";
}

/// <summary>How the values of a range lie.</summary>
public enum AxisSpacing
{
    /// <summary>Evenly spaced logarithms: 10^(log₁₀ lo + i·(log₁₀ hi − log₁₀ lo)/(count − 1)).</summary>
    Log,

    /// <summary>Evenly spaced: lo + i·(hi − lo)/(count − 1).</summary>
    Linear,

    /// <summary>From, from + step, … up to and with `to`.</summary>
    Range,
}

/// <summary>A range of numbers in one of the forms {log: [lo, hi, count]}, {linear: [lo, hi, count]}, {range: [from, to, step]}.</summary>
/// <param name="Spacing">Which of the three.</param>
/// <param name="First">Finite; above 0 for a logarithm.</param>
/// <param name="Last">Finite; at least First for the first two forms.</param>
/// <param name="Third">The count, a whole number of at least 1, or the step, not 0 and leading from First to Last.</param>
public sealed record AxisRange(AxisSpacing Spacing, double First, double Last, double Third)
{
    const double Tolerance = 1e-14;
    const int ShortDigits = 12;

    /// <summary>How many values; infinite when there are very many.</summary>
    public double Count => Spacing == AxisSpacing.Range ? Math.Floor(((Last - First) / Third) + 1e-9) + 1 : Third;

    /// <summary>Value i, from 0. A result that differs from a short decimal number only by rounding is that number: 10000, 0.3.</summary>
    public double At(int i)
    {
        if (Spacing == AxisSpacing.Range)
            return Tidy(First + (i * Third));
        return i == 0 ? First : i == Count - 1 ? Last : Tidy(Between(i / (Count - 1)));
    }

    /// <summary>The value at a fraction of the way, 0 to 1, along a logarithmic or linear range.</summary>
    public double Between(double fraction) => Spacing == AxisSpacing.Log
        ? Math.Clamp(Math.Pow(10, Lerp(Math.Log10(First), Math.Log10(Last), fraction)), First, Last)
        : Math.Clamp(Lerp(First, Last, fraction), First, Last);

    static double Lerp(double from, double to, double fraction) => (from * (1 - fraction)) + (to * fraction);

    static double Tidy(double value)
    {
        var tidy = SweepValue.Round(value, ShortDigits);
        return Math.Abs(tidy - value) <= Tolerance * Math.Abs(value) ? tidy : value;
    }
}
