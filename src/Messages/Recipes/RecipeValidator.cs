using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>Says what is wrong with a recipe: unknown fields, wrong types, values out of range, fields that do not go together.</summary>
public static class RecipeValidator
{
    /// <summary>The faults that one message lists, at most; it counts the others.</summary>
    public const int MaxFaults = 20;

    /// <summary>All faults of a recipe's JSON form, `base` already resolved; empty for a good one.</summary>
    public static ImmutableArray<RecipeFault> Check(JsonNode? node)
    {
        var faults = new List<RecipeFault>();
        RecipeSchema.Root.Check("", node, faults);
        if (faults is [{ Key: "" } only])
            return [only with { Key = "recipe" }];
        if (faults.Count == 0)
            CheckTogether(node!.AsObject(), faults);
        return [.. faults];
    }

    /// <summary>Throws when a recipe made in code breaks a rule.</summary>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message.</exception>
    public static void Check(Recipe recipe) => Throw(Check(RecipeJson.ToNode(recipe)), "recipe");

    /// <summary>Throws when there are faults.</summary>
    /// <param name="faults">May be empty.</param>
    /// <param name="source">What the message begins with: the file's name, or `recipe`.</param>
    /// <param name="lineOf">The line of a dotted key, where known.</param>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message, joined by "; ".</exception>
    public static void Throw(IReadOnlyCollection<RecipeFault> faults, string source, Func<string, int?>? lineOf = null)
    {
        if (faults.Count == 0)
            return;
        var texts = faults.Select(fault => lineOf?.Invoke(fault.Key) is { } line ? $"line {line}: {fault}" : fault.ToString());
        var more = faults.Count > MaxFaults ? $"; and {faults.Count - MaxFaults} more" : "";
        throw StyleFarmException.BadUsage($"{source}: {OneLine(string.Join("; ", texts.Take(MaxFaults)))}{more}");
    }

    /// <summary>The text with a blank for each control character, so that a stranger's text cannot break out of its line.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    static void CheckTogether(JsonObject recipe, List<RecipeFault> faults)
    {
        if (RecipeNodes.Number(recipe["content_weight"]) == 0 && RecipeNodes.Number(recipe["style_weight"]) == 0)
            faults.Add(new("style_weight", "found 0 beside a content_weight of 0, expected at least one of them above 0"));
        if (recipe["scales"] is not JsonArray scales)
            return;
        for (var i = 1; i < scales.Count; i++)
        {
            var (before, here) = (SizeOf(scales[i - 1]), SizeOf(scales[i]));
            if (here.LongSide <= before.LongSide)
                faults.Add(new($"scales.{i}.size", $"found {here} after {before}, expected ascending sizes"));
        }
    }

    static RecipeSize SizeOf(JsonNode? scale) => RecipeNodes.Size(scale!["size"])!.Value;
}
