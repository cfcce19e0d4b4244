using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Reports;

/// <summary>The order of the cells by score.</summary>
public static class Ranking
{
    /// <summary>
    /// Each cell's rank from 1, best (lowest) score first, or 0 without one: cells that failed or have no finite score. Cells of equal
    /// score stand in the order of the job.
    /// </summary>
    public static ImmutableArray<int> Of(IReadOnlyList<ReportCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var ranks = new int[cells.Count];
        var rank = 0;
        var ranked = Enumerable.Range(0, cells.Count)
            .Where(at => cells[at] is { State: not ReportState.Failed, Score: { } score } && double.IsFinite(score));
        foreach (var at in ranked.OrderBy(at => cells[at].Score))
            ranks[at] = ++rank;
        return [.. ranks];
    }
}
