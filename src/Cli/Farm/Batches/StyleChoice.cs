using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace StyleFarm.Cli.Farm.Batches;

/// <summary>One way to paint every photo of a batch: a style picture, or several that are blended.</summary>
/// <param name="Label">In names of results; differs from those of the others.</param>
/// <param name="Parts">Absolute paths, with shares that add up to 1.</param>
sealed record StyleChoice(string Label, ImmutableArray<StylePart> Parts)
{
    /// <summary>One picture each for all of these styles.</summary>
    public static ImmutableArray<StyleChoice> Each(IEnumerable<string> paths)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. paths.Select(path => new StyleChoice(Free(Path.GetFileNameWithoutExtension(path), taken), [new StylePart(path, 1)]))];
    }

    /// <summary>One blend of them all.</summary>
    /// <param name="paths">The styles.</param>
    /// <param name="weights">One for each, above 0.</param>
    public static StyleChoice Blend(IReadOnlyList<string> paths, ImmutableArray<double> weights) => new(
        string.Join('+', paths.Select(Path.GetFileNameWithoutExtension)),
        [.. paths.Zip(weights, (path, weight) => new StylePart(path, weight / weights.Sum()))]);

    /// <summary>For the job's record.</summary>
    public JsonObject ToJson() => new()
    {
        ["label"] = Label,
        ["parts"] = new JsonArray([.. Parts.Select(part => new JsonObject { ["path"] = part.Path, ["share"] = part.Share })]),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static StyleChoice FromJson(JsonNode node) => new((string)node["label"]!,
        [.. node["parts"]!.AsArray().Select(part => new StylePart((string)part!["path"]!, (double)part["share"]!))]);

    static string Free(string label, HashSet<string> taken)
    {
        var free = label;
        for (var number = 2; !taken.Add(free); number++) free = $"{label}-{number}";
        return free;
    }
}

/// <summary>A style picture's part in a blend.</summary>
readonly record struct StylePart(string Path, double Share);
