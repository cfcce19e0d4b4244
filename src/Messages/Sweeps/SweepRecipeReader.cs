using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Reads the recipe that a sweep starts from.</summary>
sealed class SweepRecipeReader(SweepFaults faults)
{
    const string Key = "recipe";

    static string Presets => $"one of {string.Join(", ", RecipePresets.Names)}";

    /// <summary>The name as written and the recipe; a null recipe when there are faults.</summary>
    public (string? Name, Recipe? Recipe) Read(JsonNode? node, Func<string, Recipe>? load)
    {
        if (node is null)
            return (RecipePresets.DefaultName, RecipePresets.Default);
        if (node is JsonObject map)
            return (null, Inline(map));
        if (RecipeNodes.Text(node) is { Length: > 0 } name)
            return (name, Named(name, load));
        faults.Add(Key, node, SweepSchema.RecipeForms);
        return (null, null);
    }

    Recipe? Named(string name, Func<string, Recipe>? load)
    {
        if (RecipePresets.Find(name) is { } preset)
            return preset.Recipe;
        if (load is null)
        {
            faults.Add(Key, JsonValue.Create(name), $"{Presets} or a map of recipe fields", RecipePresets.Names);
            return null;
        }
        try
        {
            return load(name);
        }
        catch (StyleFarmException e)
        {
            faults.Add(Key, e.Message);
            return null;
        }
    }

    Recipe? Inline(JsonObject given)
    {
        var own = given.DeepClone().AsObject();
        var merged = own;
        if (own.Remove("base", out var name))
        {
            if (RecipeNodes.Text(name) is not { } text || RecipePresets.Find(text) is not { } preset)
            {
                faults.Add($"{Key}.base", name, Presets, RecipePresets.Names);
                return null;
            }
            merged = RecipeJson.ToNode(preset.Recipe);
            RecipeKeys.Merge(merged, own);
        }
        var found = RecipeValidator.Check(merged);
        foreach (var fault in found)
            faults.Add(fault.Key == Key ? Key : $"{Key}.{fault.Key}", fault.Text);
        return found.IsEmpty ? RecipeReader.Read(merged) : null;
    }
}
