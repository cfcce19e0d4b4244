using System.Collections.Immutable;
using System.Globalization;
using StyleFarm.Coordinator.Reports;

namespace StyleFarm.Coordinator.Tests.Reports;

/// <summary>
/// A sweep as it could come out of the farm: two contents × four style weights × two total variation weights × two seeds, one cell that
/// diverged, some that were stopped at a rung, and one that waits. The same for the same arguments.
/// </summary>
public static class SampleReport
{
    public const int Steps = 300;
    const int FilmInterval = 50;
    const int RungStep = 100;
    const string Divergence = "the loss became infinite three times after step 150, even at a quarter of the learning rate";

    static readonly ImmutableArray<string> Contents = ["photos/chelsea.png", "photos/coffee.png"];

    static readonly ImmutableArray<string> Taps =
        ["content/relu4_2", "style/relu1_1", "style/relu2_1", "style/relu3_1", "style/relu4_1", "style/relu5_1"];

    /// <summary>Makes the sweep.</summary>
    /// <param name="paint">The JPEG of a content (by name) after so many steps at a style weight and a seed; null for pictures of one
    /// colour.</param>
    public static ReportModel Sweep(Func<string, double, int, int, byte[]>? paint = null)
    {
        paint ??= (_, _, seed, step) => TinyJpeg.OfShade(40 + step / 2 + seed);
        ImmutableArray<ReportAxis> axes =
        [
            new("content", [.. Contents.Select(name => new AxisValue(name, paint(name, 0, 0, 0)))]),
            new("style_weight", ["1000", "10000", "100000", "1000000"], AxisScale.Logarithmic),
            new("tv_weight", ["0", "10"], AxisScale.Linear),
            new("seed", ["1", "2"]),
        ];
        var cells =
            from content in axes[0].Values
            from weight in axes[1].Values
            from tv in axes[2].Values
            from seed in axes[3].Values
            select new[] { content.Text, weight.Text, tv.Text, seed.Text };
        return Model("starry-grid", ReportKind.Sweep) with
        {
            Axes = axes, Cells = [.. cells.Select((values, at) => SweepCell(at, values, paint))],
        };
    }

    /// <summary>An archive: a picture a cell, no axes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="hasScores">Whether the cells were scored.</param>
    public static ReportModel Batch(int count, bool hasScores) => Model("holiday archive", ReportKind.Batch) with
    {
        Cells =
        [
            .. Enumerable.Range(0, count).Select(at => new ReportCell
            {
                Id = Id(at), Name = $"IMG_{at:0000}.jpg", State = ReportState.Finished, StepsDone = Steps, StepsPlanned = Steps,
                Seconds = 40 + at % 7,
                Score = hasScores ? 0.2 + at * 7 % count * 0.3 / count : null, Thumbnail = TinyJpeg.OfShade(40 + at * 11 % 200),
                ResultPath = $"IMG_{at:0000}.png",
            }),
        ],
    };

    /// <summary>A job without cells.</summary>
    public static ReportModel Model(string name, ReportKind kind) => new()
    {
        JobId = "j-7f3a2b", JobName = name, Kind = kind, Created = new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero),
        RecipeName = "d2l", Version = "0.1.0",
    };

    /// <summary>The id of the cell of this number.</summary>
    public static string Id(int at) => ((uint)(at + 1) * 2654435761u).ToString("x8", CultureInfo.InvariantCulture).PadRight(32, '0');

    static ReportCell SweepCell(int at, string[] values, Func<string, double, int, int, byte[]> paint)
    {
        var weight = double.Parse(values[1], CultureInfo.InvariantCulture);
        var (tv, seed) = (double.Parse(values[2], CultureInfo.InvariantCulture), int.Parse(values[3], CultureInfo.InvariantCulture));
        var state = at switch
        {
            13 => ReportState.Failed,
            0 or 16 or 17 or 18 => ReportState.Stopped,
            31 => ReportState.Waiting,
            _ => ReportState.Finished,
        };
        var done = state switch { ReportState.Stopped => RungStep, ReportState.Failed => 172, ReportState.Waiting => 0, _ => Steps };
        var cell = new ReportCell
        {
            Id = Id(at), Values = [.. values], State = state, StepsDone = done, StepsPlanned = Steps,
            Error = state is ReportState.Failed ? Divergence : null,
        };
        if (state is ReportState.Waiting) return cell;

        var curve = Curve(at, weight, tv, done, diverges: state is ReportState.Failed);
        var (content, style) = Terms(at, weight, tv, done);
        return cell with
        {
            Score = state is ReportState.Failed ? null : (content + style) / 2, ContentTerm = content, StyleTerm = style, Curve = curve,
            Seconds = done * 0.21 + at % 5,
            Losses = curve.Points[^1] is var last ? new FinalLosses(last.Content, last.Style, last.Tv, last.Total) : null,
            Film = [.. Enumerable.Range(1, done / FilmInterval)
                .Select(n => new FilmFrame(n * FilmInterval, paint(values[0], weight, seed, n * FilmInterval)))],
            Thumbnail = paint(values[0], weight, seed, done),
            ResultPath = state is ReportState.Finished ? $"../../cells/{Id(at)}/result.png" : null,
        };
    }

    static (double Content, double Style) Terms(int at, double weight, double tv, int step)
    {
        var strength = Math.Log10(weight) / 6 * (1 - Math.Exp(-step / 60.0));
        var luck = ((at * 37 + 11) % 32 - 8) / 500.0;
        var content = 0.03 + 0.6 * Math.Pow(strength, 2.2) + luck + tv / 300;
        return (content, 0.1 + 0.8 * Math.Pow(1 - strength, 1.9) + luck + (at < 16 ? 0 : 0.03));
    }

    static LossCurve Curve(int at, double weight, double tv, int done, bool diverges) =>
        new(Taps, [.. Enumerable.Range(0, done / 2).Select(n =>
    {
        var step = 2 * n;
        var ripple = 1 + 0.03 * Math.Sin(step * 0.35 + at) * Math.Exp(-step / 150.0);
        var content = 0.3 + 4 * (1 - Math.Exp(-step / 25.0)) * Math.Log10(weight) / 6;
        var style = weight / 400 * (0.02 + Math.Exp(-step / 22.0) + 0.2 * Math.Exp(-step / 110.0)) * ripple;
        var growth = !diverges || step <= 150 ? 1 : step <= 165 ? Math.Exp((step - 150) * 0.8) : double.PositiveInfinity;
        var total = (content + style + tv) * growth;
        if (double.IsInfinity(total)) (content, style) = (double.NaN, double.PositiveInfinity);
        return new LossPoint(step, content, style, tv, total, [content, style * 0.1, style * 0.3, style * 0.25, style * 0.25, style * 0.1]);
    })]);
}
