using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

public sealed class RandomSearchTests
{
    [Fact]
    public void The_same_seed_draws_the_same_cells_another_seed_others()
    {
        const string Axes = "'tv_weight': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'style_weight': {'log': [1, 100, 2]}";
        var first = SweepFixture.Of(Axes, ", 'search': {'random': 20, 'random_seed': 5}").Select(SweepFixture.Text).ToList();

        Assert.Equal(first, SweepFixture.Of(Axes, ", 'search': {'random': 20, 'random_seed': 5}").Select(SweepFixture.Text));
        Assert.NotEqual(first, SweepFixture.Of(Axes, ", 'search': {'random': 20, 'random_seed': 6}").Select(SweepFixture.Text));
    }

    /// <summary>A later version that drew others would render a sweep anew that was half done.</summary>
    [Fact]
    public void What_is_drawn_never_changes()
    {
        var listed = SweepFixture.Of("'tv_weight': [0, 1, 2, 3]", ", 'search': {'random': 3, 'random_seed': 1}");
        var ranged = SweepFixture.Of("'tv_weight': {'linear': [0, 1, 2]}, 'style_weight': {'log': [1, 1000, 2]}",
            ", 'search': {'random': 2, 'random_seed': 1}");

        Assert.Equal("c s 2 0, c s 3 0, c s 1 0", string.Join(", ", listed.Select(SweepFixture.Text)));
        Assert.Equal("c s 0.971003 21.5317 0, c s 0.523067 7.18664 0", string.Join(", ", ranged.Select(SweepFixture.Text)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    public void From_lists_nothing_is_drawn_twice_and_everything_can_be(int samples)
    {
        var plan = SweepFixture.Plan($$"""
            {'content': ['a', 'b'], 'style': ['s', 't', 'u'], 'recipe': {'base': 'd2l', 'init': 'normal'}, 'seeds': 5,
             'parameters': {'tv_weight': [0, 1, 1.0]}, 'search': {'random': {{samples}}} }
            """);

        Assert.Equal(samples, plan.Count);
        Assert.Equal(samples, plan.Select(SweepFixture.Text).Distinct().Count());
        Assert.Empty(plan.Notices);
    }

    [Fact]
    public void Fewer_different_cells_than_asked_for_are_all_taken()
    {
        var plan = SweepFixture.Of("'tv_weight': [0, 1, 2]", ", 'seeds': 4, 'search': {'random': 9}");

        Assert.Equal(["c s 0 0", "c s 1 0", "c s 2 0"], plan.Select(SweepFixture.Text).Order());
        Assert.Equal(["search: 9 cells were asked for, but only 3 are different"], plan.Notices);
    }

    [Fact]
    public void Ranges_are_drawn_from_all_numbers_between_their_ends()
    {
        var plan = SweepFixture.Of("""
            'style_weight': {'log': [1, 1e6, 3]}, 'tv_weight': {'linear': [2, 4, 3]}, 'content_weight': {'range': [1, 3, 1]},
            'optimizer.memory': {'log': [1, 100, 3]}
            """, ", 'search': {'random': 4000, 'random_seed': 3}");

        Assert.Equal(4000, plan.Count);
        var recipes = plan.Select(point => point.Recipe).ToList();
        Assert.All(recipes, recipe => Assert.InRange(recipe.StyleWeight, 1, 1e6));
        Assert.All(recipes, recipe => Assert.InRange(recipe.TvWeight, 2, 4));
        Assert.InRange(recipes.Count(recipe => recipe.StyleWeight < 1e3), 1850, 2150);
        Assert.InRange(recipes.Count(recipe => recipe.TvWeight < 3), 1850, 2150);
        Assert.InRange(recipes.Count(recipe => recipe.Optimizer.Memory < 10), 1800, 2200);
        Assert.Equal([1, 2, 3], recipes.Select(recipe => recipe.ContentWeight).Distinct().Order());
        Assert.True(recipes.Select(recipe => recipe.StyleWeight).Distinct().Count() > 3900);
        Assert.All(plan, point => Assert.Equal(point.Parameters[0].Value.Number, double.Parse(point.Parameters[0].Value.Label, null)));
        Assert.All(plan.Axes.Skip(2).Take(4), axis => Assert.Equal(axis.Labels.Select(label => double.Parse(label, null)).Order(),
            axis.Labels.Select(label => double.Parse(label, null))));
    }

    [Fact]
    public void A_range_of_whole_numbers_is_drawn_without_repetition()
    {
        var plan = SweepFixture.Of("'steps': {'linear': [1, 8, 3]}", ", 'search': {'random': 8}");
        var tooMany = SweepFixture.Of("'steps': {'linear': [1, 8, 3]}", ", 'search': {'random': 9}");

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], plan.Select(point => point.Recipe.Steps).Order());
        Assert.Equal([.. plan.Select(point => point.Recipe.Steps)], Enumerable.Range(0, 8).Select(plan.StepsOf));
        Assert.Equal(8, tooMany.Count);
        Assert.Equal(["search: 9 cells were asked for, but only 8 different ones were found"], tooMany.Notices);
    }

    [Fact]
    public void A_grid_beyond_the_limit_can_still_be_drawn_from()
    {
        var plan = SweepFixture.Of("'style_weight': {'range': [1, 5000, 1]}, 'tv_weight': {'range': [0, 0.9999, 0.0001]}",
            ", 'search': {'random': 50}");

        Assert.Equal(50, plan.Count);
        Assert.Equal(50, plan.Select(point => point.Recipe).Distinct().Count());
        Assert.Equal(5000, plan.Axes[2].Labels.Count);
    }

    [Fact]
    public void Refused_combinations_are_drawn_again()
    {
        var plan = SweepFixture.Of("'content_weight': [0, 0, 0, 1], 'style_weight': [0, 0, 2], 'tv_weight': {'linear': [0, 1, 2]}",
            ", 'search': {'random': 40}");

        Assert.Equal(40, plan.Count);
        Assert.True(plan.Refused > 0);
        Assert.Contains("combinations were refused and drawn again; the first: recipe: style_weight: found 0", Assert.Single(plan.Notices));
        Assert.Single(SweepFixture.Of("'content_weight': [0, 1], 'style_weight': [0, 1]", ", 'search': {'random': 4}").Notices);
    }

    [Fact]
    public void Seeds_without_effect_are_not_drawn_apart()
    {
        var plan = SweepFixture.Of("'tv_weight': {'linear': [0, 1, 2]}", ", 'seeds': [5, 6], 'search': {'random': 30}");

        Assert.All(plan, point => Assert.Equal(5ul, point.Seed));
        Assert.Equal(SweepSearch.Grid, SweepJson.Parse("""{"content": "c", "style": "s"}""").Search);
    }
}
