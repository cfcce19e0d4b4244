using StyleFarm.Coordinator.Reports;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed class ParetoFrontTests
{
    [Fact]
    public void Cells_that_another_beats_on_both_terms_are_off_the_front()
    {
        var front = ParetoFront.Of([At(0.5, 0.5), At(0.1, 0.9), At(0.6, 0.6), At(0.9, 0.1), At(0.1, 0.95)]);

        Assert.Equal([1, 0, 3], front);
    }

    [Fact]
    public void Two_cells_in_the_same_place_are_both_on_it() =>
        Assert.Equal([0, 2], ParetoFront.Of([At(0.2, 0.3), At(0.2, 0.4), At(0.2, 0.3)]));

    [Fact]
    public void Failed_cells_and_those_without_finite_terms_take_no_part()
    {
        List<ReportCell> cells =
        [
            At(0, 0) with { State = ReportState.Failed }, At(double.NaN, 0), At(0, double.NegativeInfinity), At(null, 0), At(0, null),
            At(0.3, 0.3) with { State = ReportState.Stopped },
        ];

        Assert.Equal([5], ParetoFront.Of(cells));
    }

    [Fact]
    public void Nothing_has_no_front() => Assert.Empty(ParetoFront.Of([]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_what_comparing_all_with_all_finds(int seed)
    {
        var random = new Random(seed);
        // Few distinct values, so that ties happen.
        List<ReportCell> cells = [.. Enumerable.Range(0, 300).Select(_ => At(random.Next(40) / 40.0, random.Next(40) / 40.0))];

        var expected = Enumerable.Range(0, cells.Count).Where(at => !cells.Exists(other => Beats(other, cells[at])));

        Assert.Equal(expected, ParetoFront.Of(cells).Order());
    }

    static bool Beats(ReportCell one, ReportCell other) =>
        one.ContentTerm <= other.ContentTerm && one.StyleTerm <= other.StyleTerm
            && (one.ContentTerm < other.ContentTerm || one.StyleTerm < other.StyleTerm);

    static ReportCell At(double? content, double? style) =>
        new() { Id = "c", State = ReportState.Finished, ContentTerm = content, StyleTerm = style };
}
