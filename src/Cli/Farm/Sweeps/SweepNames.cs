using System.Globalization;
using System.Text;
using StyleFarm.Coordinator.Sweeps;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>
/// Readable names for the pictures of a sweep, such as <c>pictures/0012_starry_style_weight=1000.png</c>: its place in the sweep from 1,
/// the style, and what differs from cell to cell.
/// </summary>
sealed class SweepNames(SweepPlan plan)
{
    const int MaxLabels = 150;

    /// <summary>The name of a point's picture, relative to the folder of results.</summary>
    /// <param name="point">The point.</param>
    /// <param name="extension">With its dot.</param>
    public string Of(SweepPoint point, string extension)
    {
        var labels = new StringBuilder();
        for (var i = 0; i < plan.Axes.Length && i < point.Labels.Length; i++)
            if (plan.Axes[i].Labels.Count > 1 || plan.Axes[i].Name == "style")
                labels.Append('_')
                    .Append(Clean(plan.Axes[i].Name is "content" or "style" ? point.Labels[i] : $"{plan.Axes[i].Name}={point.Labels[i]}"));
        if (labels.Length > MaxLabels) labels.Length = MaxLabels;

        var number = (point.Index + 1).ToString("D4", CultureInfo.InvariantCulture);
        return point.PromotedFrom is { } from
            ? string.Create(CultureInfo.InvariantCulture, $"promoted/{number}_from-{from + 1:D4}{labels}{extension}")
            : $"pictures/{number}{labels}{extension}";
    }

    /// <summary>What every file system takes, and no shell minds much.</summary>
    static string Clean(string label)
    {
        var clean = new StringBuilder();
        foreach (var letter in label)
            if (char.IsLetterOrDigit(letter) || letter is '.' or '=' or '+' or '-' or '_') clean.Append(letter);
            else if (clean.Length > 0 && clean[^1] != '-') clean.Append('-');
        return clean.ToString().Trim('-');
    }
}
