using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>Weights, and what the user should be told about them.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Notice">A line for the user, or null: that the seeded network stands in for the trained one.</param>
public sealed record ResolvedWeights(VggWeights Weights, string? Notice);

/// <summary>What <c>--weights</c> may say.</summary>
public static class WeightsSource
{
    /// <summary>The cached weights, or the default seeded network while there are none.</summary>
    public const string Auto = "auto";

    /// <summary>The seed of the network that <see cref="Auto"/> falls back to.</summary>
    public const ulong DefaultSeed = 20261120;

    const string SeededPrefix = "seeded:";

    /// <summary>Loads the weights that a specification names.</summary>
    /// <param name="specification"><c>auto</c>, <c>seeded:N</c> with N from 0 to 2⁶⁴−1 in decimal, or the path of a weights file.</param>
    /// <param name="cache">Where <c>auto</c> looks.</param>
    /// <exception cref="StyleFarmException">
    /// BadUsage: N is no number. BadInput: the file is missing, broken or not VGG19's weights.
    /// </exception>
    public static ResolvedWeights Resolve(string specification, WeightsCache cache)
    {
        if (specification.StartsWith(SeededPrefix, StringComparison.Ordinal))
            return new ResolvedWeights(VggWeights.Seeded(ParseSeed(specification)), null);
        if (specification != Auto) return new ResolvedWeights(VggWeights.Load(specification), null);
        if (cache.Exists) return new ResolvedWeights(cache.Load(), null);
        var notice = $"no trained VGG19 weights in {cache.Folder}: using the deterministic network seeded:{DefaultSeed}. "
            + "For better pictures run `./stylefarm weights fetch`, or `./stylefarm weights import FILE`.";
        return new ResolvedWeights(VggWeights.Seeded(DefaultSeed), notice);
    }

    static ulong ParseSeed(string specification)
    {
        var text = specification.AsSpan(SeededPrefix.Length);
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)) return seed;
        var found = FileText.Quote(specification);
        throw StyleFarmException.BadUsage($"--weights {found}: no seed; write seeded:N with a whole number N from 0 to {ulong.MaxValue}");
    }
}
