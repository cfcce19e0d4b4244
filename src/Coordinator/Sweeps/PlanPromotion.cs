using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>A cell of a plan and how well it did.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Score">The last known, lower is better.</param>
public readonly record struct ScoredCell(int Index, double Score);

/// <summary>Renders the best of a sweep again, larger.</summary>
public static class PlanPromotion
{
    /// <summary>
    /// The best cells at another size, best first, as cells of their own with <see cref="SweepPoint.PromotedFrom"/>. Only the size
    /// changes: steps, weights and init are the recipe's (the small result is not carried up), coarse scales grow with the size, and
    /// the sweep's style size stays if it names one. Ties go by index. Cells that become the same at that size, because the sweep
    /// varied it, count once, and a score that is not finite never wins; so there may be fewer than asked for.
    /// </summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="cells">Finished and, as far as wanted, stopped cells.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="size">Their size.</param>
    public static ImmutableArray<SweepPoint> Best(SweepPlan plan, IEnumerable<ScoredCell> cells, int count, RecipeSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var known = new HashSet<(string, string, string, ulong)>();
        var promoted = ImmutableArray.CreateBuilder<SweepPoint>();
        foreach (var cell in cells.Where(cell => double.IsFinite(cell.Score)).OrderBy(cell => cell.Score).ThenBy(cell => cell.Index))
        {
            var point = plan[cell.Index];
            var recipe = point.Recipe with { Size = size };
            if (!known.Add((point.Content, GridCells.Canonical(point.Style), recipe.Hash(), point.Seed)))
                continue;
            promoted.Add(point with { Index = promoted.Count, PromotedFrom = cell.Index, Recipe = recipe });
            if (promoted.Count == count)
                break;
        }
        return promoted.DrainToImmutable();
    }
}
