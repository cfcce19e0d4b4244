using System.Globalization;
using StyleFarm.Cli.Stylize.Display;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>A farm's progress as lines of text; estimates begin with <c>~</c>.</summary>
static class FarmScreen
{
    const int MaxNodes = 12;
    const int BarWidth = 24;

    /// <summary>One line: pictures, steps, pace, time left, and what went wrong.</summary>
    public static string Line(FarmView view)
    {
        var parts = new List<string> { Pictures(view) };
        if (view.Steps > 0) parts.Add(Steps(view));
        if (view.StepsPerSecond is { } pace) parts.Add($"{RenderDisplay.Short(pace)} steps/s");
        if (Left(view) is { } left) parts.Add(left);
        if (view.Failed > 0) parts.Add($"{Number(view.Failed)} failed");
        if (view.Faulty > 0) parts.Add($"{Number(view.Faulty)} not usable");
        return string.Join("  ", parts);
    }

    /// <summary>Several lines: the bar, the counts, why pictures wait, and what each node does.</summary>
    /// <param name="view">How it stands.</param>
    /// <param name="width">Of the terminal.</param>
    public static IEnumerable<string> Lines(FarmView view, int width)
    {
        yield return Fit(
            $"{Bar(view.Fraction)} {view.Fraction * 100,3:F0} %  {Pictures(view)}{(Left(view) is { } left ? "  " + left : "")}", width);
        yield return Fit(Counts(view), width);
        foreach (var node in view.Nodes.Take(MaxNodes)) yield return Fit(Node(node), width);
        if (view.Nodes.Length > MaxNodes) yield return $"and {view.Nodes.Length - MaxNodes} nodes more";
        if (view.Waiting > 0 && !view.Waits.IsEmpty)
            yield return Fit($"waiting  {string.Join(", ", view.Waits.Select(wait => $"{wait.Count} {wait.Reason}"))}", width);
        if (view.LastOutput is { } output) yield return Fit($"newest   {output}", width);
    }

    static string Counts(FarmView view)
    {
        var parts = new List<string>();
        if (view.Steps > 0) parts.Add(Steps(view));
        if (view.StepsPerSecond is { } pace) parts.Add($"{RenderDisplay.Short(pace)} steps/s");
        parts.Add($"{Number(view.Finished)} finished");
        Add(view.Earlier, "before");
        Add(view.Stopped, "stopped early");
        Add(view.Failed, "failed");
        Add(view.Faulty, "not usable");
        Add(view.Rendering, "rendering");
        Add(view.Waiting, "waiting");
        return string.Join("  ", parts);

        void Add(long count, string word)
        {
            if (count > 0) parts.Add($"{Number(count)} {word}");
        }
    }

    static string Node(NodeView node)
    {
        if (node.Cells == 0) return $"node     {node.Name}  idle";
        var pace = node.StepsPerSecond is { } steps ? $"  {RenderDisplay.Short(steps)} steps/s" : "";
        return $"node     {node.Name}  {node.Cells} together{pace}";
    }

    static string Bar(double fraction)
    {
        var full = (int)Math.Floor(fraction * BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }

    static string Pictures(FarmView view) => $"{Number(view.Ended)} of {Number(view.Found)}{(view.IsAllFound ? "" : "+")} pictures";

    static string Steps(FarmView view) => $"step {Number(view.StepsDone)}/{Number(view.Steps)}";

    static string? Left(FarmView view) => view.Left is { TotalSeconds: >= 1 } left && view.Ended < view.Found
        ? $"~{RenderDisplay.Duration(left.TotalSeconds)} left{(view.IsAllFound ? "" : " at least")}" : null;

    static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    static string Fit(string line, int width) => line.Length <= width ? line : line[..Math.Max(0, width - 1)] + "…";
}
