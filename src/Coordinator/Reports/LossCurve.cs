using System.Collections.Immutable;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Coordinator.Reports;

/// <summary>The course of a cell's losses, thinned to what a chart can show.</summary>
/// <param name="Taps">Names such as <c>style/relu1_1</c>, in network order.</param>
/// <param name="Points">By rising step.</param>
public sealed record LossCurve(ImmutableArray<string> Taps, ImmutableArray<LossPoint> Points)
{
    /// <summary>Points that a chart of usual width can tell apart.</summary>
    public const int DefaultPoints = 200;

    /// <summary>
    /// Thins the telemetry of a cell, keeping its shape: first and last report stay, and of each stretch between them the one that
    /// stands out most (largest triangle, three buckets; S. Steinarsson 2013, over the logarithm of the total).
    /// </summary>
    /// <param name="reports">By rising step. Of L-BFGS's evaluations within one step only the first counts.</param>
    /// <param name="points">The most to keep, at least 3.</param>
    public static LossCurve From(IEnumerable<LossReport> reports, int points = DefaultPoints)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        List<LossReport> all = [.. reports.Where(report => report.Evaluation is null or 0)];
        ImmutableArray<string> taps = [.. all.SelectMany(report => report.Taps.Keys).Distinct(StringComparer.Ordinal)];
        return new LossCurve(taps, [.. Thin(all, points).Select(at => Point(all[at], taps))]);
    }

    static LossPoint Point(LossReport report, ImmutableArray<string> taps) => new(
        report.Step, report.Content, report.Style, report.Tv, report.Total,
        [.. taps.Select(tap => report.Taps.TryGetValue(tap, out var value) ? value : double.NaN)]);

    static IEnumerable<int> Thin(List<LossReport> all, int points)
    {
        if (all.Count <= points) return Enumerable.Range(0, all.Count);
        var kept = new List<int>(points) { 0 };
        for (var bucket = 0; bucket < points - 2; bucket++)
            kept.Add(MostProminent(all, kept[^1], Edge(bucket), Edge(bucket + 1), Edge(Math.Min(bucket + 2, points - 2))));
        kept.Add(all.Count - 1);
        return kept;

        int Edge(int bucket) => 1 + (int)((long)bucket * (all.Count - 2) / (points - 2));
    }

    /// <summary>Of the reports from start to before end, the one that spans the largest triangle with the last kept and the mean of the
    /// next.</summary>
    static int MostProminent(List<LossReport> all, int last, int start, int end, int nextEnd)
    {
        var next = end < nextEnd ? all[end..nextEnd] : [all[^1]];
        var (x1, y1) = (all[last].Step, Height(all[last]));
        var (x2, y2) = (next.Average(report => report.Step), next.Average(Height));
        var best = start;
        var largest = -1.0;
        for (var at = start; at < end; at++)
        {
            // A loss that broke down must be seen, whatever its neighbours are.
            if (!double.IsFinite(all[at].Total)) return at;
            var area = Math.Abs((x1 - x2) * (Height(all[at]) - y1) - (x1 - all[at].Step) * (y2 - y1));
            if (area > largest) (best, largest) = (at, area);
        }
        return best;
    }

    static double Height(LossReport report) => double.IsFinite(report.Total) ? Math.Log10(Math.Max(report.Total, 1e-30)) : 0;
}

/// <summary>The losses of an image before one update, weighted as they enter the total.</summary>
/// <param name="Step">From 0.</param>
/// <param name="Content">May be infinite or not a number, like the others.</param>
/// <param name="Style">All style taps together.</param>
/// <param name="Tv">Total variation.</param>
/// <param name="Total">The sum of the three.</param>
/// <param name="Taps">What each of <see cref="LossCurve.Taps"/> adds, in their order.</param>
public sealed record LossPoint(int Step, double Content, double Style, double Tv, double Total, ImmutableArray<double> Taps);
