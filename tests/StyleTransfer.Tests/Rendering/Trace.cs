using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>What was reported of a cell, with all digits of all losses.</summary>
static class Trace
{
    public static List<string> Of(RecordingObserver observer, RenderCell cell, int fromStep = 0, int toStep = int.MaxValue) =>
        [.. observer.Reports.Where(report => report.Cell == cell.Id && report.Step >= fromStep && report.Step < toStep).Select(Line)];

    public static string Line(LossReport report) => TelemetryJson.ToLine(report with { Milliseconds = 0 });

    public static void AssertSame(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string what)
    {
        Assert.True(expected.Count == actual.Count, $"{what}: {actual.Count} reports, expected {expected.Count}");
        foreach (var (e, a) in expected.Zip(actual)) Assert.True(e == a, $"{what}: {a}, expected {e}");
    }
}
