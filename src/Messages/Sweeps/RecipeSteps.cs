using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>A recipe's steps over all its scales.</summary>
public static class RecipeSteps
{
    /// <summary>The recipe field's name.</summary>
    public const string Key = "steps";

    /// <summary>Updates in all. A picture that is too small for a coarse scale skips that one's.</summary>
    public static int Total(Recipe recipe) => recipe.Scales?.Sum(scale => scale.Steps) ?? recipe.Steps;

    /// <summary>
    /// The recipe with so many steps in all: each scale keeps its share, and at least one; of too many scales the finest stay.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step.</exception>
    public static Recipe With(Recipe recipe, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (recipe.Scales is not { } scales)
            return recipe with { Steps = steps };
        var run = scales.TakeLast(steps).ToList();
        var total = (double)run.Sum(scale => scale.Steps);
        var (planned, before) = (0.0, 0);
        for (var i = 0; i < run.Count; i++)
        {
            planned += run[i].Steps / total * steps;
            var later = run.Count - 1 - i;
            var share = Math.Clamp((int)Math.Round(planned) - before, 1, steps - before - later);
            before += share;
            run[i] = run[i] with { Steps = share };
        }
        return recipe with { Steps = steps, Scales = [.. run] };
    }
}
