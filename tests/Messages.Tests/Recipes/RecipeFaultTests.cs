using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Tests.Recipes;

/// <summary>The full text of every kind of error.</summary>
public sealed class RecipeFaultTests
{
    const string Taps = "expected conv1_1 to conv5_4 or relu1_1 to relu5_4";

    [Theory]
    [InlineData("space", "'rgb'", "found 'rgb', expected one of rgb01, rgbnorm, bgr255, rgb255")]
    [InlineData("space", "'rgb-norm'", "found 'rgb-norm', expected one of rgb01, rgbnorm, bgr255, rgb255 (did you mean 'rgbnorm'?)")]
    [InlineData("space", "null", "found null, expected one of rgb01, rgbnorm, bgr255, rgb255")]
    [InlineData("pooling", "'average'", "found 'average', expected one of max, avg")]
    [InlineData("content_form", "'sum/4hwc'",
        "found 'sum/4hwc', expected one of mse, sum, sum/4HWC, relative (did you mean 'sum/4HWC'?)")]
    [InlineData("gram", "null", "found null, expected one of chw, hw, none")]
    [InlineData("style_form", "'sum/(4*C^2*HW)'", "found 'sum/(4*C^2*HW)', expected one of mse, sum/(4*9*image^2), sum/(4*C^2*HW^2), "
        + "relative (did you mean 'sum/(4*C^2*HW^2)'?)")]
    [InlineData("tv_form", "'mean'", "found 'mean', expected one of none, half-mean-abs, sum-pow1.25, mean-sq")]
    [InlineData("keep", "'first'", "found 'first', expected one of last, best")]
    [InlineData("content_weight", "-1", "found -1, expected a number of at least 0")]
    [InlineData("content_weight", "'0.5'", "found '0.5', expected a number of at least 0")]
    [InlineData("tv_weight", "[1]", "found a list, expected a number of at least 0")]
    [InlineData("style_weight", "1e999", "found Infinity, expected a number of at least 0")]
    [InlineData("noise_ratio", "1.5", "found 1.5, expected a number from 0 to 1")]
    [InlineData("noise_amplitude", "0", "found 0, expected a number above 0")]
    [InlineData("steps", "0", "found 0, expected a whole number of at least 1")]
    [InlineData("steps", "1.5", "found 1.5, expected a whole number of at least 1")]
    [InlineData("clamp_at_end", "'yes'", "found 'yes', expected true or false")]
    [InlineData("init", "'noise'",
        "found 'noise', expected content, style, uniform, normal, noise-mix or a picture's path (file:PATH)")]
    [InlineData("init", "'contnet'", "found 'contnet', expected content, style, uniform, normal, noise-mix or a picture's path "
        + "(file:PATH) (did you mean 'content'?)")]
    [InlineData("size", "'450*300'", "found '450*300', expected a long side in pixels (512), WIDTHxHEIGHT (450x300) or original")]
    [InlineData("size", "0", "found 0, expected a long side in pixels (512), WIDTHxHEIGHT (450x300) or original")]
    [InlineData("optimizer.kind", "'adamtf'",
        "found 'adamtf', expected one of rmsprop, adam, adam-tf, lbfgs, sgd (did you mean 'adam-tf'?)")]
    [InlineData("optimizer.lr", "0", "found 0, expected a number above 0")]
    [InlineData("optimizer.beta1", "1", "found 1, expected a number from 0 to below 1")]
    [InlineData("optimizer.memory", "101", "found 101, expected a whole number from 1 to 100")]
    [InlineData("optimizer.eps", "-1", "found -1, expected a number of at least 0")]
    [InlineData("optimizer.maxls", "true", "found true, expected a whole number of at least 1")]
    [InlineData("optimizer.learning", "1",
        "unknown field, expected one of kind, lr, alpha, eps, beta1, beta2, momentum, memory, maxfun, factr, pgtol, maxls")]
    [InlineData("optimizer.lrr", "1", "unknown field (did you mean 'optimizer.lr'?)")]
    [InlineData("optimiser.lr", "1", "optimiser: unknown field (did you mean 'optimizer'?)")]
    [InlineData("lr", "1", "unknown field (did you mean 'optimizer.lr'?)")]
    [InlineData("steps.x", "1", "unknown field, steps has no parts")]
    [InlineData("schedule", "'step'", "found 'step', expected a map of kind, every, gamma")]
    [InlineData("schedule", "{'every': 0, 'gamma': 1}", "schedule.every: found 0, expected a whole number of at least 1")]
    [InlineData("schedule", "{'kind': 'cosine', 'every': 1, 'gamma': 1}", "schedule.kind: found 'cosine', expected step")]
    [InlineData("schedule.gamma", "0.5", "schedule.every: missing, expected a whole number of at least 1")]
    [InlineData("style.relu6_1", "1", $"'relu6_1' is no tap of VGG19, {Taps} (did you mean 'relu5_1'?)")]
    [InlineData("style.conv2_3", "1", $"'conv2_3' is no tap of VGG19, {Taps} (did you mean 'conv2_2'?)")]
    [InlineData("style.pool1", "1", $"'pool1' is no tap of VGG19, {Taps}")]
    [InlineData("content.relu4_2", "-2", "found -2, expected a number of at least 0")]
    [InlineData("content", "{'relu4_2': 0}", "no tap in use, expected a map of taps to weights, such as {relu4_2: 1}, with at least one "
        + "above 0; to leave this loss out, set content_weight to 0")]
    [InlineData("content", "'relu4_2'",
        "found 'relu4_2', expected a map of taps to weights, such as {relu4_2: 1}, with at least one above 0")]
    [InlineData("scales", "[]", "found an empty list, expected none or a list of {size, steps, lr}")]
    [InlineData("scales", "[{'size': 64}]", "scales.0.steps: missing, expected a whole number of at least 1")]
    [InlineData("scales", "[{'size': 'original', 'steps': 1}]",
        "scales.0.size: found 'original', expected a long side in pixels (256) or WIDTHxHEIGHT (256x192)")]
    [InlineData("scales", "[{'size': 64, 'steps': 1}, {'size': '64x48', 'steps': 1}]",
        "scales.1.size: found 64x48 after 64, expected ascending sizes")]
    [InlineData("scales.0.lr", "0", "found 0, expected a number above 0 or null")]
    [InlineData("scales.7.lr", "0", "there is no item 7, expected 0 to 2")]
    [InlineData("scales.last.lr", "0", "scales.last: found 'last', expected the number of an item, from 0")]
    public void With_BadValue_SaysWhatIsWrong(string key, string value, string text)
    {
        var node = JsonNode.Parse(value.Replace('\'', '"'));

        var error = Assert.Throws<StyleFarmException>(() => RecipePresets.Default.With(key, node));

        Assert.Equal(ErrorCode.BadUsage, error.Code);
        var faultKey = text.Split(": ")[0];
        var named = faultKey.Length < 20 && !faultKey.Contains(' ', StringComparison.Ordinal);
        Assert.Equal($"recipe: {(named ? text : $"{key}: {text}")}", error.Message);
    }

    [Fact]
    public void Parse_SeveralFaults_AreAllInOneMessage()
    {
        var error = Assert.Throws<StyleFarmException>(
            () => RecipeJson.Parse("""{"space": "hsv", "optimizer": {"lr": -1}, "tv": 1}""", "a.json"));

        Assert.Equal("a.json: space: found 'hsv', expected one of rgb01, rgbnorm, bgr255, rgb255; "
            + "optimizer.lr: found -1, expected a number above 0; "
            + "optimizer.kind: missing, expected one of rmsprop, adam, adam-tf, lbfgs, sgd; "
            + "tv: unknown field, expected one of " + string.Join(", ", RecipeJson.ToNode(RecipePresets.Default).Select(m => m.Key)) + "; "
            + "content: missing, expected a map of taps to weights, such as {relu4_2: 1}, with at least one above 0; "
            + "style: missing, expected a map of taps to weights, such as {relu4_2: 1}, with at least one above 0", error.Message);
    }

    [Theory]
    [InlineData("[]", "a.json: recipe: found an empty list, expected a map of ")]
    [InlineData("null", "a.json: recipe: found null, expected a map of ")]
    [InlineData("3", "a.json: recipe: found 3, expected a map of ")]
    [InlineData("{\n\"a\": x}", "a.json: line 2: not JSON: 'x' is an invalid start of a value")]
    [InlineData("", "a.json: line 1: not JSON: ")]
    [InlineData("{\n\"a\": 1,\n\"a\": 2}", "a.json: not JSON: Duplicate property 'a'")]
    [InlineData("{\"base\": \"dl2\"}", "a.json: base: found 'dl2', expected one of stylefarm, stylefarm-deep, classic, viblo-rmsprop, d2l, keras-lbfgs, "
        + "ng-course, tf-eager (did you mean 'd2l'?)")]
    [InlineData("{\"base\": 3}", "a.json: base: found 3, expected one of stylefarm, ")]
    public void Parse_NoRecipe_SaysWhy(string json, string start)
    {
        var error = Assert.Throws<StyleFarmException>(() => RecipeJson.Parse(json, "a.json"));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_BothWeightsZero_IsRefused()
    {
        var error = Assert.Throws<StyleFarmException>(
            () => RecipeValidator.Check(RecipePresets.Default with { ContentWeight = 0, StyleWeight = 0 }));

        Assert.Equal("recipe: style_weight: found 0 beside a content_weight of 0, expected at least one of them above 0", error.Message);
    }

    [Fact]
    public void Parse_ThousandsOfFaults_AreOneShortLine()
    {
        var json = $"{{{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"line\\n{i}{new string('x', 300)}\": 1"))}}}";

        var error = Assert.Throws<StyleFarmException>(() => RecipeJson.Parse(json));

        Assert.EndsWith("; and 4983 more", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1000, 20_000);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void Check_NotFinite_IsRefused()
    {
        var recipe = RecipePresets.Default;

        var error = Assert.Throws<StyleFarmException>(() => RecipeValidator.Check(recipe with
        {
            TvWeight = double.NaN,
            Optimizer = recipe.Optimizer with { Lr = double.PositiveInfinity },
        }));

        Assert.Equal("recipe: tv_weight: found NaN, expected a number of at least 0; "
            + "optimizer.lr: found Infinity, expected a number above 0", error.Message);
    }
}
