using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// `--set key=value`: dotted keys as <see cref="Recipe.With(string, JsonNode?)"/> takes them, values as <see cref="FlowText"/> reads
/// them: `optimizer.lr=0.05`, `style.relu1_1=0` (not in use), `style={relu1_1: 1, relu2_1: 0.5}` (replaces all), `tv_form=none`.
/// </summary>
public static class RecipeOverrides
{
    /// <summary>The recipe with one assignment carried out.</summary>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message.</exception>
    public static Recipe Apply(Recipe recipe, string assignment) => Apply(recipe, [assignment]);

    /// <summary>The recipe with several assignments carried out in order and checked after the last.</summary>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message.</exception>
    public static Recipe Apply(Recipe recipe, IEnumerable<string> assignments)
    {
        var root = RecipeJson.ToNode(recipe);
        var faults = new List<RecipeFault>();
        foreach (var assignment in assignments)
        {
            var cut = assignment.IndexOf('=', StringComparison.Ordinal);
            if (cut < 1)
            {
                faults.Add(new(assignment.Trim(), "expected key=value, such as optimizer.lr=0.05"));
                continue;
            }
            var key = assignment[..cut].Trim();
            try
            {
                RecipeKeys.Set(root, key, FlowText.Parse(assignment[(cut + 1)..]), faults);
            }
            catch (FormatException e)
            {
                faults.Add(new(key, $"found '{assignment[(cut + 1)..]}', {e.Message}"));
            }
        }
        if (faults.Count == 0)
            faults.AddRange(RecipeValidator.Check(root));
        RecipeValidator.Throw(faults, "--set");
        return RecipeReader.Read(root);
    }
}
