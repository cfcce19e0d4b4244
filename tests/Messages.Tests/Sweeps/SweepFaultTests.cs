using System.Text.Json.Nodes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Messages.Tests.Sweeps;

/// <summary>The full text of every kind of error.</summary>
public sealed class SweepFaultTests
{
    const string Blends =
        "a path, a list of paths to blend evenly, or a map of paths to shares, such as {starry.jpg: 0.7, wave.jpg: 0.3}";

    const string Forms = "a list of values, {log: [lo, hi, count]}, {linear: [lo, hi, count]} or {range: [from, to, step]}";

    [Theory]
    [InlineData("'contents': 1", "contents: unknown field (did you mean 'content'?)")]
    [InlineData("'random_seed': 1", "random_seed: unknown field (did you mean 'search.random_seed'?)")]
    [InlineData("'style_weight': [1]", "style_weight: unknown field (did you mean 'parameters.style_weight'?)")]
    [InlineData("'whatever': 1", "whatever: unknown field, expected one of name, content, style, recipe, parameters, seeds, search, stop, "
        + "score, size, style_size, steps, promote")]
    [InlineData("'name': ''", "name: found '', expected one line of text")]
    [InlineData("'name': 'a\\nb'", "name: found 'a b', expected one line of text")]
    [InlineData("'content': []", "content: found an empty list, expected a picture's path or a list of them")]
    [InlineData("'content': ['a', 3]", "content.1: found 3, expected a picture's path")]
    [InlineData("'style': null", "style: found null, expected a picture's path or a list of styles, each " + Blends)]
    [InlineData("'style': {'a': 1}",
        "style: found a map, expected a picture's path or a list of styles, each " + Blends + "; to blend, put the map into a list")]
    [InlineData("'style': ['a', 3]", "style.1: found 3, expected " + Blends)]
    [InlineData("'style': [['a', 'a']]", "style.0.1: found 'a', expected another picture; to give one a larger share, write {a: 2, …: 1}")]
    [InlineData("'style': [{'a': 1, 'b': 0}]", "style.0.b: found 0, expected a number above 0")]
    [InlineData("'style': [[]]", "style.0: found an empty list, expected " + Blends)]
    [InlineData("'recipe': 3", "recipe: found 3, expected a recipe's name, a file's path or a map of recipe fields")]
    [InlineData("'recipe': 'dl2'", "recipe: found 'dl2', expected one of stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, "
        + "keras-lbfgs, ng-course, tf-eager or a map of recipe fields (did you mean 'd2l'?)")]
    [InlineData("'recipe': {'base': 'd2l', 'optimizer': {'lr': -1}}", "recipe.optimizer.lr: found -1, expected a number above 0")]
    [InlineData("'recipe': {'base': 'dl2'}", "recipe.base: found 'dl2', expected one of stylefarm, stylefarm-deep, classic, "
        + "viblo-rmsprop, d2l, keras-lbfgs, ng-course, tf-eager (did you mean 'd2l'?)")]
    [InlineData("'parameters': [1]",
        "parameters: found a list, expected a map of recipe fields to values, such as {style_weight: [1, 10]}")]
    [InlineData("'seeds': 0", "seeds: found 0, expected how many, from 1, or a list of different whole numbers of at least 0")]
    [InlineData("'seeds': []", "seeds: found an empty list, expected how many, from 1, or a list of different whole numbers of at least 0")]
    [InlineData("'seeds': [1, -1]", "seeds.1: found -1, expected a whole number from 0 to 9007199254740991")]
    [InlineData("'seeds': [1, 2, 1]", "seeds.2: found 1 again, expected different seeds")]
    [InlineData("'search': 'gird'", "search: found 'gird', expected grid, or a map such as {random: 50} (did you mean 'grid'?)")]
    [InlineData("'search': {'random': 0}", "search.random: found 0, expected a whole number from 1 to 1000000")]
    [InlineData("'search': {'randm': 5}",
        "search.randm: unknown field (did you mean 'search.random'?); search.random: missing, expected a whole number from 1 to 1000000")]
    [InlineData("'stop': 'never'", "stop: found 'never', expected none, or a map such as {asha: {first: 50, factor: 3, keep: 0.34}}")]
    [InlineData("'stop': {'asha': {'first': 0}}", "stop.asha.first: found 0, expected a whole number of at least 1")]
    [InlineData("'stop': {'asha': {'first': 5, 'factor': 1}}", "stop.asha.factor: found 1, expected a whole number from 2 to 1000")]
    [InlineData("'stop': {'asha': {'first': 5, 'keep': 1}}", "stop.asha.keep: found 1, expected a number above 0 and below 1")]
    [InlineData("'stop': {'asha': {'keep': 0}}", "stop.asha.keep: found 0, expected a number above 0 and below 1; "
        + "stop.asha.first: missing, expected a whole number of at least 1")]
    [InlineData("'stop': {'asha': {'first': 500}}", "stop.asha.first: found 500, expected fewer than a cell's 500 steps")]
    [InlineData("'steps': 50, 'stop': {'asha': {'first': 60}}", "stop.asha.first: found 60, expected fewer than a cell's 50 steps")]
    [InlineData("'score': 'balance'", "score: found 'balance', expected balanced (did you mean 'balanced'?)")]
    [InlineData("'size': 0", "size: found 0, expected a long side in pixels (512), WIDTHxHEIGHT (450x300) or original")]
    [InlineData("'steps': 1.5", "steps: found 1.5, expected a whole number of at least 1")]
    [InlineData("'promote': {'cells': 0, 'size': 512}", "promote.cells: found 0, expected a whole number from 1 to 1000000")]
    [InlineData("'promote': {'cells': 2}",
        "promote.size: missing, expected a long side in pixels (512), WIDTHxHEIGHT (450x300) or original")]
    [InlineData("'size': 128, 'promote': {'cells': 2, 'size': '128x96'}",
        "promote.size: found 128x96, expected a size above the sweep's 128")]
    public void A_bad_field_says_what_is_wrong(string fields, string text) => Assert.Equal(text, SweepFixture.FaultOf(fields));

    [Theory]
    [InlineData("'stile_weight': [1]", "stile_weight: unknown field (did you mean 'style_weight'?)")]
    [InlineData("'stile_weight': [1, 2, 3]", "stile_weight: unknown field (did you mean 'style_weight'?)")]
    [InlineData("'lr': {'log': [1, 2, 3]}", "lr: unknown field (did you mean 'optimizer.lr'?)")]
    [InlineData("'optimiser.lr': [1, 2]", "optimiser.lr: optimiser: unknown field (did you mean 'optimizer'?)")]
    [InlineData("'style.relu6_1': [1, 2]",
        "style.relu6_1: 'relu6_1' is no tap of VGG19, expected conv1_1 to conv5_4 or relu1_1 to relu5_4 (did you mean 'relu5_1'?)")]
    [InlineData("'style_weight': []", "style_weight: found an empty list, expected " + Forms)]
    [InlineData("'style_weight': [1, 'x']", "style_weight.1: found 'x', expected a number of at least 0")]
    [InlineData("'style_weight': ['.nan']", "style_weight: found '.nan', expected a number of at least 0")]
    [InlineData("'style_weight': [1e999]", "style_weight: found a number that is not finite, expected finite ones")]
    [InlineData("'optimizer.lr': [0.1, 0, -1]", "optimizer.lr.1: found 0, expected a number above 0; "
        + "parameters.optimizer.lr.2: found -1, expected a number above 0")]
    [InlineData("'optimizer': [{'kind': 'adam'}, {'kid': 1}]", "optimizer.1.kid: unknown field (did you mean 'optimizer.kind'?)")]
    [InlineData("'scales.0.lr': [0.5]", "scales.0.lr: there is no item 0, expected a list to be set first")]
    [InlineData("'style_weight': {'log': [0, 1, 3]}",
        "style_weight.log.0: found 0, expected a number above 0: logarithms begin there; use linear for others")]
    [InlineData("'style_weight': {'log': [10, 1, 3]}", "style_weight.log.1: found 1, expected at least 10, where the range begins")]
    [InlineData("'style_weight': {'log': [1, 10, 0]}", "style_weight.log.2: found a count of 0, expected a whole number of at least 1")]
    [InlineData("'style_weight': {'linear': [1, 10, 2.5]}",
        "style_weight.linear.2: found a count of 2.5, expected a whole number of at least 1")]
    [InlineData("'style_weight': {'linear': [1, 1, 3]}",
        "style_weight.linear.1: found 3 values from 1 to 1, expected a count of 1 or a wider range")]
    [InlineData("'style_weight': {'linear': [1, 2]}",
        "style_weight.linear: found a list of 2, expected [lo, hi, count], such as [0, 1, 5]")]
    [InlineData("'style_weight': {'linear': ['.nan', 2, 1e999]}", "style_weight.linear.0: found '.nan', expected a finite number; "
        + "parameters.style_weight.linear.2: found Infinity, expected a finite number")]
    [InlineData("'style_weight': {'range': [1, 2, 0]}",
        "style_weight.range.2: found a step of 0, expected one that leads from the first number to the second")]
    [InlineData("'style_weight': {'range': [1, 2, -1]}",
        "style_weight.range.2: found a step of -1, expected one above 0, which leads from 1 to 2")]
    [InlineData("'style_weight': {'range': [2, 1, 0.5]}",
        "style_weight.range.2: found a step of 0.5, expected one below 0, which leads from 2 to 1")]
    [InlineData("'style_weight': {'range': [0, 1e7, 1]}", "style_weight.range.2: found 10,000,001 values, expected at most 1,000,000")]
    [InlineData("'style_weight': {'linear': [0, 1, 1e300]}", null)]
    [InlineData("'style_weight': {'lin': [0, 1, 3]}", "style_weight.lin: unknown form, expected " + Forms + " (did you mean 'linear'?)")]
    [InlineData("'style_weight': {'logs': [1, 2, 3]}", "style_weight.logs: unknown form, expected " + Forms + " (did you mean 'log'?)")]
    [InlineData("'style_weight': {'log': [1, 2, 3], 'linear': [1, 2, 3]}", "style_weight: found a map of log, linear, expected " + Forms)]
    [InlineData("'optimizer': {'kind': 'adam', 'lr': [0.1, 0.2]}",
        "optimizer.lr: found a list, expected one value; to sweep this field, write 'optimizer.lr' as the key")]
    [InlineData("'optimizer.kind': ['adam'], 'optimizer': [{'lr': 1}]",
        "optimizer.kind: is a part of 'optimizer', which is an axis as well, expected one of the two")]
    [InlineData("'optimizer.lr': {'linear': [-1, 1, 3]}", "optimizer.lr: found -1, expected a number above 0")]
    [InlineData("'steps': {'range': [1, 2, 0.5]}", "steps: found 1.5, expected a whole number of at least 1")]
    public void A_bad_axis_says_what_is_wrong(string parameter, string? text)
    {
        var fault = SweepFixture.FaultOf($"'parameters': {{{parameter}}}");

        if (text is null)
            Assert.EndsWith("values, expected at most 1,000,000", fault, StringComparison.Ordinal);
        else
            Assert.Equal($"parameters.{text}", fault);
    }

    [Theory]
    [InlineData("'steps': 5, 'parameters': {'steps': [1, 2]}",
        "parameters.steps: is an axis while 'steps' is set for the whole sweep, expected one of the two")]
    [InlineData("'parameters': {'schedule.gamma': [0.5, 0.8]}, 'recipe': 'viblo-rmsprop'",
        "parameters.schedule.gamma.0: schedule.every: missing, expected a whole number of at least 1; "
        + "parameters.schedule.gamma.1: schedule.every: missing, expected a whole number of at least 1")]
    [InlineData("'parameters': {'style_weight': {'linear': [1, 2, 1000]}, 'tv_weight': {'linear': [1, 2, 501]}}, 'seeds': 3",
        "parameters: found 1,503,000 cells (1,000 style_weight × 501 tv_weight × 3 seeds), expected at most 1,000,000; "
        + "shorten an axis, or draw some of them: search: {random: 50}")]
    [InlineData("'parameters': {'style_weight': {'linear': [1, 2, 1000000]}, 'tv_weight': {'range': [1, 501, 1]}}, 'search': {'random': 3}",
        "parameters: found 1,000,501 values on all axes together, expected at most 1,000,000")]
    [InlineData("'recipe': 'nope', 'parameters': {'style_weght': [1], 'scales.0.lr': 3, 'tv_weight': -1}", "recipe: found 'nope', expected "
        + "one of stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, keras-lbfgs, ng-course, tf-eager or a map of recipe fields; "
        + "parameters.style_weght: unknown field (did you mean 'style_weight'?); "
        + "parameters.tv_weight: found -1, expected a number of at least 0")]
    public void Fields_that_do_not_go_together_say_so(string fields, string text) => Assert.Equal(text, SweepFixture.FaultOf(fields));

    [Fact]
    public void Everything_wrong_stands_in_one_message_with_its_lines()
    {
        var root = JsonNode.Parse("""
            {"content": ["a.jpg"], "parameters": {"optimizer.lr": [0.1, -1]}, "seed": 3, "search": {"random": 0}}
            """);

        var error = Assert.Throws<StyleFarmException>(
            () => SweepReader.Read(root, "grid.yaml", key => key.Contains('.', StringComparison.Ordinal) ? key.Length : null));

        Assert.Equal("grid.yaml: seed: unknown field (did you mean 'seeds'?); style: missing, expected a picture's path or a list of "
            + $"styles, each {Blends}; line 13: search.random: found 0, expected a whole number from 1 to 1000000; "
            + "line 25: parameters.optimizer.lr.1: found -1, expected a number above 0", error.Message);
    }

    [Theory]
    [InlineData("[]", "grid.json: sweep: found an empty list, expected a map of name, content, ")]
    [InlineData("null", "grid.json: sweep: found null, expected a map of name, content, ")]
    [InlineData("{\n\"a\": x}", "grid.json: line 2: not JSON: 'x' is an invalid start of a value")]
    [InlineData("{\"seeds\": 1, \"seeds\": 2}", "grid.json: not JSON: Duplicate property 'seeds'")]
    [InlineData("{\"parameters\": {\"tv_weight\": 1, \"tv_weight\": 2}}", "grid.json: not JSON: Duplicate property 'tv_weight'")]
    public void Text_that_is_no_sweep_says_why(string json, string start)
    {
        var error = Assert.Throws<StyleFarmException>(() => SweepJson.Parse(json, "grid.json"));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_file_that_cannot_be_read_says_why_beside_the_other_faults()
    {
        var error = Assert.Throws<StyleFarmException>(() => SweepFixture.With("'recipe': 'gone.yaml', 'seeds': 0",
            path => throw StyleFarmException.BadInput($"{path}: no such file")));

        Assert.StartsWith("sweep.json: recipe: gone.yaml: no such file; seeds: found 0, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_axis_of_bad_values_gives_a_short_message()
    {
        var fault = SweepFixture.FaultOf($"'parameters': {{'tv_weight': [{string.Join(',', Enumerable.Repeat("-1", 50_000))}]}}");

        Assert.InRange(fault.Length, 100, 3000);
    }
}
