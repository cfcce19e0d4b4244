using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Tests.Telemetry;

public sealed class CellTelemetryTests
{
    readonly CellTelemetry _telemetry = new();

    [Fact]
    public void A_part_holds_all_steps_before_a_checkpoint_once()
    {
        Add(0, 30);

        var part = _telemetry.Take(before: 25)!;

        Assert.Equal((0, 25), (part.FirstStep, part.Reports.Count));
        Assert.Equal(Enumerable.Range(25, 5), _telemetry.Take()!.Reports.Select(report => report.Step));
        Assert.Null(_telemetry.Take());
        Assert.Equal((29, 29.0), (_telemetry.LatestStep, _telemetry.Latest!.Total));
    }

    [Fact]
    public void Going_back_forgets_what_comes_again_and_begins_a_generation()
    {
        Add(0, 30);
        Assert.Equal(1, _telemetry.GoBackTo(20));
        Add(20, 5);

        var part = _telemetry.Take()!;
        Assert.Equal((25, 1), (part.Reports.Count, part.Generation));
    }

    [Fact]
    public void Beyond_the_dense_steps_one_of_ten_is_kept()
    {
        Add(CellTelemetry.DenseSteps - 5, 5);
        Add(CellTelemetry.DenseSteps, 100);
        Assert.Equal(5 + 10, _telemetry.Take()!.Reports.Count);
    }

    [Fact]
    public void While_the_store_is_away_what_waits_stays_bounded_and_covers_all_steps()
    {
        for (var step = 0; step < 1500; step++)
            for (var evaluation = 0; evaluation < 20; evaluation++)
                _telemetry.Add(Report(step, evaluation));

        var part = _telemetry.Take()!;
        Assert.InRange(part.Reports.Count, CellTelemetry.MaxPending / 2, CellTelemetry.MaxPending);
        Assert.Equal((0, 20), (part.FirstStep, part.Reports.Count(report => report.Step == 0)));
        Assert.InRange(part.Reports[^1].Step, 1480, 1499);
    }

    [Fact]
    public void A_part_is_lines_of_json()
    {
        Add(3, 2);
        var lines = System.Text.Encoding.UTF8.GetString(_telemetry.Take()!.ToBytes()).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal([3, 4], lines[..2].Select(line => TelemetryJson.FromLine(line).Step));
    }

    [Fact]
    public void The_live_feed_lets_two_reports_a_second_of_each_cell_through()
    {
        var clock = new ManualClock();
        var published = new List<LossReport>();
        var feed = new LiveFeed(published.Add, clock);
        for (var step = 0; step < 100; step++)
        {
            feed.Add(Report(step));
            feed.Add(Report(step) with { Cell = "other" });
            clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal([0, 25, 50, 75], published.Where(report => report.Cell == "cell").Select(report => report.Step));
        Assert.Equal(8, published.Count);
    }

    [Fact]
    public void The_pace_is_told_once_a_second_and_at_the_end()
    {
        var clock = new ManualClock();
        var told = new List<ShardEvent>();
        var meter = new PaceMeter(told.Add, clock);
        for (var step = 0; step < 25; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            meter.Add(1000);
        }

        meter.Flush();
        meter.Flush();

        Assert.Equal([new ShardPaced(10_000, TimeSpan.FromSeconds(1)), new ShardPaced(10_000, TimeSpan.FromSeconds(1)), new ShardPaced(5_000, TimeSpan.FromSeconds(0.5))], told);
    }

    void Add(int first, int count)
    {
        for (var step = first; step < first + count; step++) _telemetry.Add(Report(step));
    }

    static LossReport Report(int step, int? evaluation = null) => new()
    {
        Cell = "cell",
        Step = step,
        Evaluation = evaluation,
        Content = 0,
        Style = 0,
        Tv = 0,
        Total = step,
        Taps = new Dictionary<string, double>(),
        Milliseconds = 1,
    };
}
