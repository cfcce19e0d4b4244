using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.GpuNode.Inputs;

/// <summary>A cell with every field of its recipe and every size resolved.</summary>
sealed record ResolvedCell(CellAssignment Assignment, Recipe Recipe, RenderPlan Plan, RecipeSize? Size, RecipeSize? StyleSize)
{
    /// <summary>Resolves a cell of a shard.</summary>
    /// <exception cref="StyleFarmException">The recipe does not take its settings, or its sizes are none.</exception>
    public static ResolvedCell Of(AssignShard shard, CellAssignment assignment)
    {
        var spec = assignment.Cell;
        var recipe = spec.Settings.IsEmpty ? shard.Recipe
            : shard.Recipe.With(spec.Settings.Select(setting => KeyValuePair.Create(setting.Key, Value(setting.Json))));
        var (size, styleSize) = (Parsed(spec.Size), Parsed(spec.StyleSize));
        var plan = RenderPlan.Of(recipe, new ImageSize(spec.Content.Width, spec.Content.Height),
            [.. spec.Styles.Select(style => new ImageSize(style.Input.Width, style.Input.Height))], size, styleSize);
        return new ResolvedCell(assignment, recipe, plan, size, styleSize);

        JsonNode? Value(string json)
        {
            try
            {
                return JsonNode.Parse(json);
            }
            catch (JsonException e)
            {
                throw StyleFarmException.BadUsage($"cell {spec.Id}: its setting '{json}' is no JSON; submit the job again", e);
            }
        }
    }

    static RecipeSize? Parsed(string? size) => size is null ? null : RecipeSize.Parse(size);
}
