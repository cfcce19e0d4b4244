using StyleFarm.Coordinator.Reports;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed class RankingTests
{
    [Fact]
    public void The_lowest_score_is_first_and_equals_keep_the_order_of_the_job() =>
        Assert.Equal([3, 1, 4, 2], Ranking.Of([Scored(0.3), Scored(0.1), Scored(0.4), Scored(0.1)]));

    [Fact]
    public void Cells_that_failed_or_have_no_finite_score_have_no_rank() =>
        Assert.Equal([0, 0, 0, 0, 1], Ranking.Of(
            [Scored(0.1) with { State = ReportState.Failed }, Scored(null), Scored(double.NaN), Scored(double.NegativeInfinity), Scored(0.9)]));

    static ReportCell Scored(double? score) => new() { Id = "c", State = ReportState.Finished, Score = score };
}
