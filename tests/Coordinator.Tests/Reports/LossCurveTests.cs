using StyleFarm.Coordinator.Reports;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed class LossCurveTests
{
    [Fact]
    public void Few_reports_stay_all()
    {
        var curve = LossCurve.From([Report(0, 3), Report(1, 2), Report(2, 1)]);

        Assert.Equal([0, 1, 2], curve.Points.Select(point => point.Step));
        Assert.Equal([3.0, 2.0, 1.0], curve.Points.Select(point => point.Total));
        Assert.Equal(["content/relu4_2", "style/relu1_1"], curve.Taps);
        Assert.Equal([0.25, 0.5], curve.Points[^1].Taps);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(399)]
    [InlineData(5000)]
    public void Many_are_thinned_from_the_first_to_the_last(int count)
    {
        var curve = LossCurve.From(Enumerable.Range(0, count).Select(step => Report(step, 1000.0 / (step + 1))));

        Assert.Equal(LossCurve.DefaultPoints, curve.Points.Length);
        Assert.Equal((0, count - 1), (curve.Points[0].Step, curve.Points[^1].Step));
        Assert.True(curve.Points.Zip(curve.Points.Skip(1)).All(pair => pair.First.Step < pair.Second.Step));
    }

    [Fact]
    public void A_spike_and_a_breakdown_are_not_lost_between_the_points()
    {
        var curve = LossCurve.From(Enumerable.Range(0, 3000)
            .Select(step => Report(step, step switch { 1234 => 500, 2345 => double.NaN, _ => 1 + 1.0 / (step + 1) })), 50);

        Assert.Contains(curve.Points, point => point.Step == 1234);
        Assert.Contains(curve.Points, point => point.Step == 2345 && double.IsNaN(point.Total));
    }

    [Fact]
    public void Of_several_evaluations_within_a_step_the_first_counts()
    {
        var curve = LossCurve.From([Report(0, 9) with { Evaluation = 0 }, Report(0, 8) with { Evaluation = 1 },
            Report(1, 5) with { Evaluation = 0 }]);

        Assert.Equal([(0, 9.0), (1, 5.0)], curve.Points.Select(point => (point.Step, point.Total)));
    }

    [Fact]
    public void A_tap_that_a_report_lacks_is_not_a_number_there()
    {
        var curve = LossCurve.From([Report(0, 1), Report(1, 1) with { Taps = new Dictionary<string, double> { ["style/relu1_1"] = 7 } }]);

        Assert.Equal([double.NaN, 7], curve.Points[1].Taps);
    }

    [Fact]
    public void No_reports_are_an_empty_curve() => Assert.Empty(LossCurve.From([]).Points);

    static LossReport Report(int step, double total) => new()
    {
        Cell = "c", Step = step, Content = total / 4, Style = total / 2, Tv = total / 4, Total = total, Milliseconds = 1,
        Taps = new Dictionary<string, double> { ["content/relu4_2"] = total / 4, ["style/relu1_1"] = total / 2 },
    };
}
