using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

public sealed class SweepPlanTests
{
    const string Noisy = "'recipe': {'base': 'd2l', 'init': 'uniform'}";

    [Fact]
    public void A_grid_is_in_row_major_order_with_the_seed_fastest()
    {
        var plan = SweepFixture.Plan($$"""
            {'content': ['a.jpg', 'b.jpg'], 'style': ['s.jpg', ['s.jpg', 't.jpg']], {{Noisy}},
             'parameters': {'tv_weight': [0, 10], 'optimizer.lr': [0.05, 0.1]}, 'seeds': [3, 1]}
            """);

        Assert.Equal(32, plan.Count);
        Assert.Equal(["a s 0 0.05 3", "a s 0 0.05 1", "a s 0 0.1 3", "a s 0 0.1 1", "a s 10 0.05 3"],
            plan.Take(5).Select(SweepFixture.Text));
        Assert.Equal("a s + t 0 0.05 3", plan[8].Text());
        Assert.Equal("b s + t 10 0.1 1", plan[31].Text());
        Assert.Equal(Enumerable.Range(0, 32), plan.Select(point => point.Index));
        Assert.Equal(32, plan.Select(SweepFixture.Text).Distinct().Count());
        Assert.Empty(plan.Notices);
    }

    [Fact]
    public void A_point_has_everything_that_is_rendered()
    {
        var plan = SweepFixture.Of("'style_weight': {'log': [1e3, 1e4, 3]}, 'optimizer.lr': [0.05]",
            ", 'size': 96, 'steps': 7, 'style_size': 64");

        var point = plan[1];

        Assert.Equal((1, 0, "c.jpg", 0), (point.Index, point.ContentIndex, point.Content, point.StyleIndex));
        Assert.Equal(StyleBlend.Of("s.jpg"), point.Style);
        var d2l = RecipePresets.Get("d2l");
        Assert.Equal(d2l with
        {
            StyleWeight = 3162.2776601683795,
            Optimizer = d2l.Optimizer with { Lr = 0.05 },
            Size = RecipeSize.Of(96),
            Steps = 7,
        }, point.Recipe);
        Assert.Equal(RecipeSize.Of(64), point.StyleSize);
        Assert.Equal([new("style_weight", plan.Spec.Parameters[0].Values[1]), new("optimizer.lr", SweepValue.Of(0.05))], point.Parameters);
        Assert.Equal(7, plan.StepsOf(1));
        Assert.Null(point.PromotedFrom);
    }

    [Fact]
    public void Repeats_are_one_cell()
    {
        var plan = SweepFixture.Plan("""
            {'content': ['a.jpg', 'a.jpg'], 'style': ['s.jpg', {'s.jpg': 2}, {'s.jpg': 2, 't.jpg': 2}, ['s.jpg', 't.jpg']], 'recipe': 'd2l',
             'parameters': {'tv_weight': [1, 1.0, 2], 'style': [{'relu1_1': 1, 'relu2_1': 2}, {'relu2_1': 2, 'relu1_1': 1, 'relu3_1': 0}]}}
            """);

        Assert.Equal(["a s 1", "a s 2", "a s + t 1", "a s + t 2"], plan.Select(point => string.Join(' ', point.Labels[..3])));
        Assert.Equal(44, plan.Repeated);
        Assert.Equal(["44 of 48 combinations repeat another one and are left out"], plan.Notices);
        Assert.Equal(["1", "2"], plan.Axes[2].Labels);
    }

    [Fact]
    public void A_seed_without_effect_is_not_swept()
    {
        var plan = SweepFixture.Of("'init': ['content', 'uniform', 'style', 'noise-mix'], 'noise_ratio': [0, 0.5]", ", 'seeds': [7, 8, 9]");

        Assert.Equal(
            ["content 0 7", "content 0.5 7", "uniform 0 7", "uniform 0 8", "uniform 0 9", "uniform 0.5 7", "uniform 0.5 8", "uniform 0.5 9",
                "style 0 7", "style 0.5 7", "noise-mix 0 7", "noise-mix 0.5 7", "noise-mix 0.5 8", "noise-mix 0.5 9"],
            plan.Select(point => string.Join(' ', point.Labels[2..])));
        Assert.Equal(10, plan.SeedCopies);
        Assert.Equal(["the seed makes no difference where a recipe starts without noise: 10 of 24 combinations that differ only by it are "
            + "left out"], plan.Notices);
    }

    [Fact]
    public void Combinations_that_the_recipe_refuses_are_left_out_and_reported()
    {
        var plan = SweepFixture.Of("'content_weight': [0, 1], 'tv_weight': [3], 'style_weight': [0, 1]");

        Assert.Equal(["0 3 1", "1 3 0", "1 3 1"], plan.Select(point => string.Join(' ', point.Labels[2..5])));
        Assert.Equal(1, plan.Refused);
        Assert.Equal(["1 of 4 combinations are refused and left out; the first: recipe: style_weight: found 0 beside a "
            + "content_weight of 0, expected at least one of them above 0"], plan.Notices);
    }

    [Fact]
    public void A_sweep_without_any_cell_is_refused()
    {
        var error = Assert.Throws<StyleFarmException>(() => SweepFixture.Of("'content_weight': [0], 'style_weight': [0, 0.0]"));

        Assert.Equal("sweep: no cell is left, expected at least one: 2 of 2 combinations are refused and left out; the first: recipe: "
            + "style_weight: found 0 beside a content_weight of 0, expected at least one of them above 0", error.Message);
    }

    /// <summary>The plan looks at groups of axes only; this looks at every combination.</summary>
    [Fact]
    public void Any_grid_keeps_exactly_the_first_of_each_different_cell()
    {
        string[] axes =
        [
            "'init': ['content', 'uniform', 'noise-mix']", "'noise_ratio': [0, 0.0, 0.5]", "'style.relu1_1': [0, 1]",
            "'style.relu2_1': [0, 1, 2]",
            "'content_weight': [0, 1]", "'style_weight': [0, 3, 3.0]", "'schedule': [null, 'none', {'every': 5, 'gamma': 0.5}]",
            "'scales': [null, [{'size': 32, 'steps': 3}]]", "'steps': [3, 4]", "'optimizer.kind': ['adam', 'adam', 'sgd']",
            "'size': [64, '64']",
            "'tv_form': ['none', null, 'mean-sq']",
        ];
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var picked = random.GetItems(axes, random.Next(1, 5)).Distinct().ToArray();
            var text = $$"""
                {'content': ['a', 'b', 'a'], 'style': ['s', {'s': 2}, 't'], 'seeds': {{random.Next(1, 4)}},
                 'parameters': { {{string.Join(", ", picked)}} },
                 'recipe': {'base': 'd2l', 'init': '{{(seed % 2 == 0 ? "normal" : "content")}}', 'style': {'relu1_1': 1, 'relu2_1': 1} } }
                """;
            var plan = SweepFixture.Plan(text);

            var all = BruteForce(plan.Spec).ToList();

            Assert.True(all.SequenceEqual(plan.Select(SweepFixture.Text)), $"seed {seed}: {text}");
            for (var i = 0; i < plan.Count; i++)
                Assert.Equal(RecipeSteps.Total(plan[i].Recipe), plan.StepsOf(i));
            var grid = plan.Spec.Parameters.Aggregate(9 * plan.Spec.Seeds.Count, (n, axis) => n * axis.Values.Count);
            Assert.Equal(grid, plan.Count + plan.Repeated + plan.SeedCopies + plan.Refused);
        }
    }

    static IEnumerable<string> BruteForce(SweepSpec spec)
    {
        var known = new HashSet<string>();
        IEnumerable<KeyValuePair<string, SweepValue>[]> settings = [[]];
        foreach (var axis in spec.Parameters)
            settings = [.. settings.SelectMany(row => axis.Values.Select(value => row.Append(new(axis.Key, value)).ToArray()))];
        foreach (var content in spec.Contents)
            foreach (var style in spec.Styles)
                foreach (var setting in settings)
                    foreach (var seed in spec.Seeds)
                    {
                        if (Resolve(spec, setting) is not { } recipe)
                            continue;
                        var noise = recipe.Init == Init.Uniform || recipe.Init == Init.Normal
                            || (recipe.Init == Init.NoiseMix && recipe.NoiseRatio > 0);
                        if (known.Add($"{content}|{style.Parts[0].Path}|{recipe.Hash()}|{(noise ? seed : 0)}"))
                            yield return string.Join(' ', [content, style.Parts[0].Path, .. setting.Select(value => value.Value.Label),
                                seed.ToString(CultureInfo.InvariantCulture)]);
                    }
    }

    static Recipe? Resolve(SweepSpec spec, KeyValuePair<string, SweepValue>[] setting)
    {
        try
        {
            return spec.Resolve(setting);
        }
        catch (StyleFarmException)
        {
            return null;
        }
    }

    [Fact]
    public void A_million_cells_cost_little_until_they_are_asked_for()
    {
        var plan = SweepFixture.Of("'style_weight': {'log': [1, 1e6, 1000]}, 'tv_weight': {'linear': [0, 1, 1000]}");

        Assert.Equal(1_000_000, plan.Count);
        Assert.Equal((1e6, 1), (plan[999_999].Recipe.StyleWeight, plan[999_999].Recipe.TvWeight));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan[1_000_000]);
    }

    [Fact]
    public void Axes_are_described_for_reports()
    {
        var plan = SweepFixture.Plan($$"""
            {'content': ['x/a.jpg', 'y/a.jpg', 'b.jpg'], 'style': ['s.jpg', {'s.jpg': 3, 'b.jpg': 1}], {{Noisy}}, 'seeds': 2,
             'parameters': {'style_weight': {'log': [1, 10, 2]}, 'tv_weight': [0, 100], 'content_weight': [1, 10, 100],
                            'optimizer.lr': [0.05, 0.1], 'optimizer.kind': ['adam', 'sgd']} }
            """);

        Assert.Equal(
            [
                new("content", ["x/a.jpg", "y/a.jpg", "b"]), new("style", ["s", "0.75 s + 0.25 b"]),
                new("style_weight", ["1", "10"], true, true), new("tv_weight", ["0", "100"], true),
                new("content_weight", ["1", "10", "100"], true, true),
                new("optimizer.lr", ["0.05", "0.1"], true), new("optimizer.kind", ["adam", "sgd"]), new("seed", ["0", "1"]),
            ],
            plan.Axes);
        Assert.All(plan, point => Assert.All(point.Labels.Zip(plan.Axes), pair => Assert.Contains(pair.First, pair.Second.Labels)));
    }

    [Fact]
    public void Steps_of_a_cell_come_from_its_axis_or_its_scales()
    {
        var plan = SweepFixture.Plan("{'content': 'c', 'style': 's', 'parameters': {'steps': [9, 30], 'tv_weight': [0, 1]}}");
        var fixedSteps = SweepFixture.Plan("{'content': 'c', 'style': 's'}");

        Assert.Equal([9, 9, 30, 30], Enumerable.Range(0, 4).Select(plan.StepsOf));
        Assert.Equal(plan.Select(point => RecipeSteps.Total(point.Recipe)), Enumerable.Range(0, 4).Select(plan.StepsOf));
        Assert.Equal(RecipeSteps.Total(RecipePresets.Default), fixedSteps.StepsOf(0));
    }

    [Fact]
    public void Rungs_that_no_cell_reaches_are_pointed_out()
    {
        var plan = SweepFixture.Of("'steps': [50, 90]", ", 'stop': {'asha': {'first': 90}}");

        Assert.Equal(["stop: no cell has more than 90 steps, so none is ever compared"], plan.Notices);
        Assert.Empty(SweepFixture.Of("'steps': [50, 91]", ", 'stop': {'asha': {'first': 90}}").Notices);
    }
}
