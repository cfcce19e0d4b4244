using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>The fields of a sweep file and what the plain ones may be.</summary>
static class SweepSchema
{
    /// <summary>The largest whole number that JSON readers agree on.</summary>
    public const double MaxSeed = 9_007_199_254_740_991;

    public const string SearchForms = "grid, or a map such as {random: 50}";
    public const string StopForms = "none, or a map such as {asha: {first: 50, factor: 3, keep: 0.34}}";
    public const string SeedForms = "how many, from 1, or a list of different whole numbers of at least 0";
    public const string RecipeForms = "a recipe's name, a file's path or a map of recipe fields";

    /// <summary>In the order in which a sweep is written.</summary>
    public static readonly ImmutableArray<string> Fields =
    [
        "name", "content", "style", "recipe", "parameters", "seeds", "search", "stop", "score", "size", "style_size", "steps", "promote",
    ];

    /// <summary>The fields and the parts of their maps.</summary>
    public static readonly ImmutableArray<string> Keys =
    [
        .. Fields, "search.random", "search.random_seed", "stop.asha", "stop.asha.first", "stop.asha.factor", "stop.asha.keep",
        "promote.cells", "promote.size",
    ];

    public static readonly Rule Name = new ValueRule("one line of text",
        node => RecipeNodes.Text(node) is { } text && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl));

    public static readonly Rule Path = new ValueRule("a picture's path", node => !string.IsNullOrWhiteSpace(RecipeNodes.Text(node)));
    public static readonly Rule Share = ValueRule.Number("above 0", value => value > 0);
    public static readonly Rule Score = new ValueRule("balanced", node => RecipeNodes.Text(node) == "balanced", ["balanced"]);
    public static readonly Rule Size = new ValueRule(RecipeSchema.SizeForms, node => RecipeNodes.Size(node) is not null);
    public static readonly Rule Steps = ValueRule.Whole(1);
    public static readonly Rule SeedCount = new ValueRule(SeedForms, node => IsWhole(node, 1, SweepSpec.MaxCells));
    public static readonly Rule Seed = new ValueRule($"a whole number from 0 to {MaxSeed}", node => IsWhole(node, 0, MaxSeed));

    public static readonly MapRule Search = new(
        new("random", ValueRule.Whole(1, SweepSpec.MaxCells), "", Required: true),
        new("random_seed", Seed, ""));

    public static readonly MapRule Asha = new(
        new("first", ValueRule.Whole(1), "", Required: true),
        new("factor", ValueRule.Whole(2, 1000), ""),
        new("keep", ValueRule.Number("above 0 and below 1", value => value is > 0 and < 1), ""));

    public static readonly MapRule Stop = new(new Field("asha", Asha, "", Required: true));

    public static readonly MapRule Promote = new(
        new("cells", ValueRule.Whole(1, SweepSpec.MaxCells), "", Required: true),
        new("size", Size, "", Required: true));

    static bool IsWhole(JsonNode? node, double from, double to) =>
        RecipeNodes.Number(node) is { } value && value == Math.Floor(value) && value >= from && value <= to;
}
