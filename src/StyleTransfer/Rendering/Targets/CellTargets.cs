using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering.Targets;

/// <summary>What one cell's taps are compared with in one pass. The tensors belong to others.</summary>
/// <param name="Content">1×C×H×W of each content tap; one and the same object for cells of one content image.</param>
/// <param name="Grams">1×C×C of each style tap, the blend of the styles; one and the same object for cells of one blend.</param>
sealed record CellTargets(TapTensors Content, TapTensors Grams);

/// <summary>Makes the targets of the cells of one pass; whatever cells have in common is made once.</summary>
sealed class CellTargetSource(TargetSource source, Recipe recipe) : IDisposable
{
    readonly List<(ImmutableArray<(TapTensors Grams, double Share)> Parts, TapTensors Blend)> _blends = [];

    public CellTargets Of(RenderCell cell, RenderPass pass)
    {
        var content = source.Activations(cell.Content, pass.Size, recipe.Content.Select(weight => weight.Tap));
        return new CellTargets(content, Grams(source, cell.Styles, pass.StyleSizes));
    }

    public void Dispose()
    {
        foreach (var (_, blend) in _blends) blend.Dispose();
    }

    TapTensors Grams(TargetSource grams, ImmutableArray<StyleSource> styles, ImmutableArray<ImageSize> sizes)
    {
        ImmutableArray<(TapTensors Grams, double Share)> parts = [.. styles.Zip(sizes, (style, size) =>
            (grams.Grams(style.Image, size, recipe.Style.Select(weight => weight.Tap), recipe.Gram), style.Share))];
        if (parts is [(var only, 1)]) return only;
        foreach (var (known, kept) in _blends)
            if (known.SequenceEqual(parts))
                return kept;

        var blend = Blend(parts);
        _blends.Add((parts, blend));
        return blend;
    }

    /// <summary>The weighted sum.</summary>
    public static TapTensors Blend(IReadOnlyList<(TapTensors Grams, double Share)> parts)
    {
        using var scope = NewDisposeScope();
        return new TapTensors(parts[0].Grams.Taps.Select(tap =>
            KeyValuePair.Create(tap, parts.Select(part => part.Grams[tap] * part.Share).Aggregate((sum, part) => sum + part))));
    }
}
