using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Messages.Tests.Sweeps;

public sealed class SweepReaderTests
{
    [Fact]
    public void Read_the_example_of_the_contract()
    {
        var spec = SweepFixture.With("""
            'name': 'starry-grid', 'content': ['photos/bridge.jpg'], 'style': ['styles/starry.jpg', 'styles/wave.jpg'], 'recipe': 'd2l',
            'parameters': {'style_weight': {'log': [1.0e3, 1.0e6, 4]}, 'tv_weight': [0, 10], 'optimizer.lr': [0.05, 0.1]},
            'seeds': 2, 'search': 'grid', 'stop': {'asha': {'first': 50, 'factor': 3, 'keep': 0.34}}, 'score': 'balanced'
            """);

        Assert.Equal("starry-grid", spec.Name);
        Assert.Equal(["photos/bridge.jpg"], spec.Contents);
        Assert.Equal([StyleBlend.Of("styles/starry.jpg"), StyleBlend.Of("styles/wave.jpg")], spec.Styles);
        Assert.Equal("d2l", spec.RecipeName);
        Assert.Equal(RecipePresets.Get("d2l"), spec.Recipe);
        Assert.Equal(["style_weight", "tv_weight", "optimizer.lr"], spec.Parameters.Select(axis => axis.Key));
        Assert.Equal(["1000", "10000", "100000", "1000000"], spec.Parameters[0].Values.Select(value => value.Label));
        Assert.Equal([0, 10], spec.Parameters[1].Values.Select(value => value.Number!.Value));
        Assert.Equal(["0.05", "0.1"], spec.Parameters[2].Values.Select(value => value.Json));
        Assert.Equal([0ul, 1], spec.Seeds);
        Assert.Equal(SweepSearch.Grid, spec.Search);
        Assert.Equal(new AshaRule(50, 3, 0.34), spec.Stop);
        Assert.Equal(SweepScore.Balanced, spec.Score);
        Assert.Null(spec.Promote);
    }

    [Fact]
    public void Read_only_what_is_needed_takes_the_defaults()
    {
        var spec = SweepReader.Read(JsonNode.Parse("""{"content": "a.jpg", "style": "b.jpg"}"""), "tries/first.yaml");

        Assert.Equal("first", spec.Name);
        Assert.Equal(RecipePresets.DefaultName, spec.RecipeName);
        Assert.Equal(RecipePresets.Default, spec.Base);
        Assert.Empty(spec.Parameters);
        Assert.Equal([0ul], spec.Seeds);
        Assert.Null(spec.Stop);
    }

    [Fact]
    public void Read_optional_fields()
    {
        var spec = SweepFixture.With("""
            'size': 128, 'style_size': '64x48', 'steps': 90, 'promote': {'cells': 3, 'size': '512x384'}, 'seeds': [7, 9007199254740991],
            'search': {'random': 50, 'random_seed': 11}, 'stop': {'asha': {'first': 10}}
            """);

        Assert.Equal(RecipeSize.Of(128), spec.Size);
        Assert.Equal(RecipeSize.Of(64, 48), spec.StyleSize);
        Assert.Equal(new SweepPromotion(3, RecipeSize.Of(512, 384)), spec.Promote);
        Assert.Equal([7ul, 9_007_199_254_740_991], spec.Seeds);
        Assert.Equal(new SweepSearch(50, 11), spec.Search);
        Assert.Equal(new AshaRule(10, 3, 1.0 / 3), spec.Stop);
        Assert.Equal(RecipePresets.Get("d2l") with { Size = RecipeSize.Of(128), Steps = 90 }, spec.Base);
    }

    [Fact]
    public void Styles_blend_evenly_in_a_list_and_by_shares_in_a_map()
    {
        var spec = SweepFixture.With("'style': ['a.jpg', ['a.jpg', 'b.jpg', 'c.jpg'], {'a.jpg': 3, 'b.jpg': 1}, ['a.jpg']]");

        Assert.Equal([1], spec.Styles[0].Shares);
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], spec.Styles[1].Shares);
        Assert.Equal([0.75, 0.25], spec.Styles[2].Shares);
        Assert.Equal(spec.Styles[0], spec.Styles[3]);
        Assert.Equal(["a", "a + b + c", "0.75 a + 0.25 b", "a"],
            spec.Styles.Select(style => style.Label(path => path.Replace(".jpg", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Recipe_may_be_a_file_or_stand_in_the_sweep()
    {
        var own = RecipePresets.Default with { TvWeight = 0.5 };

        var named = SweepFixture.With("'recipe': 'mine.yaml'", path => path == "mine.yaml" ? own : throw new ArgumentException(path));
        var inline = SweepFixture.With("'recipe': {'base': 'stylefarm', 'tv_weight': 0.5}");

        Assert.Equal(("mine.yaml", own), (named.RecipeName, named.Recipe));
        Assert.Equal((null, own), (inline.RecipeName, inline.Recipe));
    }

    [Theory]
    [InlineData("'name': 'x', 'seeds': 3")]
    [InlineData("'style': ['a.jpg', ['a.jpg', 'b.jpg'], {'a.jpg': 3, 'b.jpg': 1}], 'seeds': [5, 3], 'score': 'balanced'")]
    [InlineData("'parameters': {'style_weight': {'log': [1, 3, 7]},'tv_weight': {'range': [3, 1, -1]}, 'steps': {'linear': [9, 10, 4]}}")]
    [InlineData("'parameters': {'style': [{'relu1_1': 1.0}, {'relu1_1': 1, 'relu2_1': 5e-1}], 'schedule': null, 'init': 'uniform'}")]
    [InlineData("'parameters': {'scales': [[{'size': 64, 'steps': 5}], null]}, 'recipe': {'base': 'd2l', 'steps': 5}")]
    [InlineData("'search': {'random': 5, 'random_seed': 3}, 'stop': {'asha': {'first': 7, 'factor': 2, 'keep': 0.1}}")]
    [InlineData("'size': 'original', 'style_size': 100, 'steps': 9, 'promote': {'cells': 1, 'size': 900}")]
    public void Json_form_reads_back_as_an_equal_sweep(string fields)
    {
        var spec = SweepFixture.With(fields);

        var text = SweepJson.ToNode(spec).ToJsonString();
        var back = SweepJson.Parse(text, "other.json");

        Assert.Equal(spec, back);
        Assert.Equal(text, SweepJson.ToNode(back).ToJsonString());
    }

    [Fact]
    public void Resolve_shares_steps_over_the_scales()
    {
        var spec = SweepFixture.With("'recipe': 'stylefarm', 'parameters': {'steps': [9, 90]}");

        var recipe = spec.Resolve([new("steps", SweepValue.Of(9))]);

        Assert.Equal(9, RecipeSteps.Total(recipe));
        Assert.Equal(spec.Recipe.Scales!.Count, recipe.Scales!.Count);
        Assert.Equal(RecipeSteps.Total(RecipePresets.Default), RecipeSteps.Total(spec.Base));
    }
}
