using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Coordinator.Tests.Sweeps;

public sealed class PlanPromotionTests
{
    static readonly RecipeSize Large = RecipeSize.Of(512);

    [Fact]
    public void The_best_come_first_and_only_the_size_changes()
    {
        var plan = SweepFixture.Of("'tv_weight': [0, 1, 2, 3, 4]", ", 'size': 128");

        var promoted = PlanPromotion.Best(plan, [new(4, 0.2), new(0, 0.5), new(3, 0.5), new(1, 0.1), new(2, double.NaN)], 3, Large);

        Assert.Equal([1, 4, 0], promoted.Select(point => point.PromotedFrom!.Value));
        Assert.Equal([0, 1, 2], promoted.Select(point => point.Index));
        Assert.All(promoted, point =>
        {
            var small = plan[point.PromotedFrom!.Value];
            Assert.Equal(small.Recipe with { Size = Large }, point.Recipe);
            Assert.Equal(small.Labels, point.Labels);
        });
    }

    [Fact]
    public void Cells_that_differ_only_in_size_are_promoted_once()
    {
        var plan = SweepFixture.Of("'size': [64, 128], 'tv_weight': [0, 1]");

        var promoted = PlanPromotion.Best(plan, Enumerable.Range(0, 4).Select(i => new ScoredCell(i, 4 - i)), 4, Large);

        Assert.Equal([3, 2], promoted.Select(point => point.PromotedFrom!.Value));
    }

    [Fact]
    public void Fewer_cells_than_asked_for_are_all_promoted()
    {
        var plan = SweepFixture.Of("'tv_weight': [0, 1]");

        var promoted = PlanPromotion.Best(plan, [new(1, 3), new(0, double.PositiveInfinity)], 9, Large);

        Assert.Equal(1, Assert.Single(promoted).PromotedFrom);
        Assert.Empty(PlanPromotion.Best(plan, [], 9, Large));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlanPromotion.Best(plan, [], 0, Large));
    }
}
