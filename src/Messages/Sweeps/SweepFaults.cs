using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Collects what is wrong with a sweep.</summary>
sealed class SweepFaults
{
    readonly List<RecipeFault> _all = [];

    public IReadOnlyCollection<RecipeFault> All => _all;

    public void Add(string key, string text) => _all.Add(new(key, text));

    /// <summary>`found …, expected …`, with the nearest of some words.</summary>
    public void Add(string key, JsonNode? found, string expected, IEnumerable<string>? words = null)
    {
        var near = words is not null && RecipeNodes.Text(found) is { } text ? NearestMatch.Find(text, words) : null;
        Add(key, $"found {RecipeNodes.Show(found)}, expected {expected}{NearestMatch.Hint(near)}");
    }

    /// <summary>True when the value keeps the rule; else the faults are added.</summary>
    public bool Pass(Rule rule, string key, JsonNode? node)
    {
        var before = _all.Count;
        rule.Check(key, node, _all);
        return _all.Count == before;
    }

    public static string Item(string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{key}.{index}");
}
