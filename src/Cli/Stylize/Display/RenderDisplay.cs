using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize.Display;

/// <summary>Chooses the display, and words what several of them show.</summary>
static class RenderDisplay
{
    /// <summary>JSON lines, a live bar on a terminal, plain lines elsewhere.</summary>
    public static IRenderDisplay Create(bool json, TimeProvider clock)
    {
        if (json) return new JsonDisplay();
        return Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? new PlainDisplay(clock) : new LiveDisplay(clock);
    }

    /// <summary>The steps that are done when this report comes. With L-BFGS, whose steps make many reports, those before its own.</summary>
    public static int StepsDone(LossReport report) => report.Evaluation is null ? report.Step + 1 : report.Step;

    /// <summary>Such as <c>step 12/180</c>; with L-BFGS <c>step 2/10, evaluation 7</c>.</summary>
    public static string Position(LossReport report, int steps) => report.Evaluation is { } evaluation
        ? string.Create(CultureInfo.InvariantCulture, $"step {report.Step}/{steps}, evaluation {evaluation}")
        : string.Create(CultureInfo.InvariantCulture, $"step {report.Step + 1}/{steps}");

    /// <summary>Such as <c>12.3 steps/s  0:14 left</c>.</summary>
    public static string Pace((double PerSecond, double SecondsLeft) speed) =>
        string.Create(CultureInfo.InvariantCulture, $"{Short(speed.PerSecond)} steps/s  {Duration(speed.SecondsLeft)} left");

    /// <summary>The total and its parts, the weightiest first.</summary>
    public static string[] Losses(LossReport report) =>
        [$"total {Short(report.Total)}", $"content {Short(report.Content)}", $"style {Short(report.Style)}", $"tv {Short(report.Tv)}"];

    /// <summary>The closing line.</summary>
    public static string Summary(string picture, JsonObject provenance) => string.Create(CultureInfo.InvariantCulture,
        $"{picture}  ({provenance["size"]}, {provenance["timings"]!["render_seconds"]!.GetValue<double>():F1} s, "
        + $"total loss {provenance["losses"]!["total"]!.GetValue<double>():G5})");

    /// <summary>At most six characters: <c>0.0364</c>, <c>12.3</c>, <c>2.1e+7</c>.</summary>
    internal static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.01 or >= 100_000 => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };

    /// <summary>Such as <c>0:14</c> or <c>2:03:40</c>.</summary>
    internal static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:D2}");
    }
}
