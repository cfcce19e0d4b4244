using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Reports;

/// <summary>Which cells no other cell beats on both terms at once.</summary>
public static class ParetoFront
{
    /// <summary>The cells' numbers in the list, by rising content term. Cells that failed or lack a finite term take no part.</summary>
    public static ImmutableArray<int> Of(IReadOnlyList<ReportCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var candidates = Enumerable.Range(0, cells.Count).Where(at => HasTerms(cells[at]))
            .OrderBy(at => cells[at].ContentTerm).ThenBy(at => cells[at].StyleTerm).ThenBy(at => at);
        var front = ImmutableArray.CreateBuilder<int>();
        foreach (var at in candidates)
            if (front.Count == 0 || cells[at].StyleTerm < cells[front[^1]].StyleTerm || SamePlace(cells[at], cells[front[^1]]))
                front.Add(at);
        return front.ToImmutable();
    }

    static bool HasTerms(ReportCell cell) =>
        cell.State is not ReportState.Failed && cell.ContentTerm is { } content && double.IsFinite(content)
        && cell.StyleTerm is { } style && double.IsFinite(style);

    static bool SamePlace(ReportCell a, ReportCell b) => a.ContentTerm == b.ContentTerm && a.StyleTerm == b.StyleTerm;
}
