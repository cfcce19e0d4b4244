using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.Cli.Farm.Planning;

/// <summary>A cell that was thought through, without its place in a job.</summary>
/// <param name="Spec">Its index is 0 and its settings are empty.</param>
/// <param name="Plan">Its passes.</param>
readonly record struct PlannedCell(CellSpec Spec, RenderPlan Plan);

/// <summary>
/// Turns pictures and terms into cells: sizes, steps, id, forecast of memory, and what it can be rendered together with. The ids are
/// those of `stylize`, so that what was finished there is finished here.
/// </summary>
/// <param name="isOnDevice">Whether cells are rendered on a device of its own memory, rather than in the machine's.</param>
/// <param name="memoryBytes">What a batch may take; null: not known.</param>
sealed class CellPlanner(bool isOnDevice, long? memoryBytes)
{
    const int MaxShapes = 4096;

    readonly Dictionary<string, Shape> _shapes = [];
    readonly Lock _lock = new();

    /// <summary>Thinks a cell through.</summary>
    /// <param name="terms">Recipe and all else that it shares with others.</param>
    /// <param name="content">What is depicted.</param>
    /// <param name="styles">How it is painted, with shares that add up to 1.</param>
    /// <param name="initial">The picture to start from, when the recipe starts from a file.</param>
    /// <exception cref="StyleFarmException">
    /// BadUsage: the picture is too small for the recipe. OutOfResources: too large for the memory.
    /// </exception>
    public PlannedCell Plan(CellTerms terms, LookedAt content, ImmutableArray<(LookedAt Picture, double Share)> styles, LookedAt? initial)
    {
        var plan = RenderPlan.Of(terms.Recipe, content.Facts.Size, [.. styles.Select(style => style.Picture.Facts.Size)], terms.Size,
            terms.StyleSize);
        var shape = ShapeOf(terms, plan);
        if (memoryBytes is { } most && shape.MemoryBytes > most)
            throw new StyleFarmException(ErrorCode.OutOfResources,
                $"at {plan.Size} it needs about {MemoryBudget.Text(shape.MemoryBytes)} of memory "
                + $"and {MemoryBudget.Text(most)} are free; give a smaller --size");
        var spec = new CellSpec
        {
            Id = IdOf(terms, plan, content.Facts.Sha256, styles.Select(style => (style.Picture.Facts.Sha256, style.Share)),
                initial?.Facts.Sha256),
            Index = 0,
            Content = content.Ref,
            Styles = [.. styles.Select(style => new StyleInput(style.Picture.Ref, style.Share))],
            Initial = initial?.Ref,
            Size = terms.Size?.ToString(),
            StyleSize = terms.StyleSize?.ToString(),
            Seed = terms.Seed,
            Steps = plan.Steps,
            Pixels = plan.Size.Pixels,
            BatchKey = shape.BatchKey,
            TargetKey = TargetKeyOf(terms, plan, styles.Select(style => style.Picture.Facts.Sha256)),
            MemoryBytes = shape.MemoryBytes,
            MemoryBytesPerMore = shape.BytesPerMore,
        };
        return new PlannedCell(spec, plan);
    }

    /// <summary>The id of a cell.</summary>
    public static CellId IdOf(
        CellTerms terms, RenderPlan plan, string content, IEnumerable<(string Hash, double Share)> styles, string? initial)
    {
        var last = plan.Passes[^1];
        return CellId.Of(new CellIdentity(content, [.. styles], terms.Recipe, last.Size.Width, last.Size.Height,
            [.. last.StyleSizes.Select(size => size.ToString())], terms.Seed, terms.Precision, terms.WeightsHash, initial));
    }

    static string TargetKeyOf(CellTerms terms, RenderPlan plan, IEnumerable<string> styles)
    {
        var recipe = terms.Recipe;
        var taps = recipe.Style.Select(weight => weight.Tap.ToString()).Order(StringComparer.Ordinal);
        var sizes = plan.Passes.SelectMany(pass => pass.StyleSizes).Select(size => size.ToString());
        var text = string.Join(' ',
            [terms.WeightsHash, terms.Precision, recipe.Pooling.ToString(), recipe.ColourProfile.ToString(), .. styles, .. taps, .. sizes]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>An archive has few sizes and very many photos.</summary>
    Shape ShapeOf(CellTerms terms, RenderPlan plan)
    {
        var key = $"{terms.Recipe.Hash()} {terms.Precision} {string.Join(' ', plan.Passes.Select(pass => pass.Size))}";
        lock (_lock)
        {
            if (_shapes.TryGetValue(key, out var known)) return known;
            if (_shapes.Count == MaxShapes) _shapes.Clear();
            return _shapes[key] = Forecast(terms, plan);
        }
    }

    Shape Forecast(CellTerms terms, RenderPlan plan)
    {
        var one = BytesOf(terms, plan, cells: 1);
        return new Shape(StyleRenderer.BatchKey(terms.Recipe, plan), one, BytesOf(terms, plan, cells: 2) - one);
    }

    long BytesOf(CellTerms terms, RenderPlan plan, int cells)
    {
        var forecast = MemoryForecast.Of(terms.Recipe, plan, EngineChoice.ReadPrecision(terms.Precision), cells);
        return isOnDevice ? forecast.DeviceBytes : forecast.TotalBytes;
    }

    readonly record struct Shape(string BatchKey, long MemoryBytes, long BytesPerMore);
}
