using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Tests.Recipes;

public sealed class RecipeJsonTests
{
    const string Minimal = """{"content": {"relu4_2": 1}, "style": {"relu1_1": 1}, "optimizer": {"kind": "adam"}}""";

    /// <summary>The `recipe` objects of the golden files, with the preset each is but for its steps and size.</summary>
    public static TheoryData<string, int, string> Golden => new()
    {
        {
            "viblo-rmsprop", 300,
            """
            {"space": "rgb01", "pooling": "max", "content": {"conv2_2": 1.0}, "content_form": "mse", "content_weight": 1.0,
            "style": {"conv1_1": 1.0, "conv1_2": 1.0, "conv2_1": 1.0, "conv2_2": 1.0, "conv3_1": 1.0}, "gram": "chw", "style_form": "mse",
            "style_weight": 1000000.0, "tv_form": null, "tv_weight": 0.0,
            "optimizer": {"kind": "rmsprop", "lr": 0.01, "alpha": 0.99, "eps": 1e-08}, "schedule": null, "init": "content",
            "clamp_before_step": true, "clamp_after_step": false, "clamp_at_end": true, "keep": "last", "steps": 300}
            """
        },
        {
            "d2l", 500,
            """
            {"space": "rgbnorm", "pooling": "max", "content": {"relu4_4": 1.0}, "content_form": "mse", "content_weight": 1.0,
            "style": {"relu1_1": 1.0, "relu2_1": 1.0, "relu3_1": 1.0, "relu4_1": 1.0, "conv5_1": 1.0}, "gram": "chw", "style_form": "mse",
            "style_weight": 10000.0, "tv_form": "half-mean-abs", "tv_weight": 10.0,
            "optimizer": {"kind": "adam", "lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-08},
            "schedule": {"kind": "step", "every": 200, "gamma": 0.8}, "init": "content", "clamp_before_step": false,
            "clamp_after_step": false, "clamp_at_end": false, "keep": "last", "steps": 500}
            """
        },
        {
            "keras-lbfgs", 10,
            """
            {"space": "bgr255", "pooling": "max", "content": {"relu5_2": 1.0}, "content_form": "sum", "content_weight": 0.025,
            "style": {"relu1_1": 0.2, "relu2_1": 0.2, "relu3_1": 0.2, "relu4_1": 0.2, "relu5_1": 0.2}, "gram": "none",
            "style_form": "sum/(4*9*image^2)", "style_weight": 1.0, "tv_form": "sum-pow1.25", "tv_weight": 1.0,
            "optimizer": {"kind": "lbfgs", "memory": 10, "maxfun": 20, "factr": 10000000.0, "pgtol": 1e-05, "maxls": 20},
            "schedule": null, "init": "content", "clamp_before_step": false, "clamp_after_step": false, "clamp_at_end": false,
            "keep": "last", "steps": 10}
            """
        },
        {
            "ng-course", 200,
            """
            {"space": "rgb255", "pooling": "avg", "content": {"relu4_2": 1.0}, "content_form": "sum/4HWC", "content_weight": 10.0,
            "style": {"relu1_1": 0.2, "relu2_1": 0.2, "relu3_1": 0.2, "relu4_1": 0.2, "relu5_1": 0.2}, "gram": "none",
            "style_form": "sum/(4*C^2*HW^2)", "style_weight": 40.0, "tv_form": null, "tv_weight": 0.0,
            "optimizer": {"kind": "adam-tf", "lr": 2.0, "beta1": 0.9, "beta2": 0.999, "eps": 1e-08}, "schedule": null,
            "init": "noise-mix", "noise_ratio": 0.6, "noise_amplitude": 20.0, "clamp_before_step": false,
            "clamp_after_step": false, "clamp_at_end": false, "keep": "last", "steps": 200}
            """
        },
        {
            "tf-eager", 1000,
            """
            {"space": "bgr255", "pooling": "max", "content": {"relu5_2": 1.0}, "content_form": "mse", "content_weight": 1000.0,
            "style": {"relu1_1": 0.2, "relu2_1": 0.2, "relu3_1": 0.2, "relu4_1": 0.2, "relu5_1": 0.2}, "gram": "hw", "style_form": "mse",
            "style_weight": 0.01, "tv_form": null, "tv_weight": 0.0,
            "optimizer": {"kind": "adam-tf", "lr": 5.0, "beta1": 0.99, "beta2": 0.999, "eps": 0.1}, "schedule": null,
            "init": "content", "clamp_before_step": false, "clamp_after_step": true, "clamp_at_end": false, "keep": "best", "steps": 1000}
            """
        },
    };

    [Theory, MemberData(nameof(Golden))]
    public void Parse_GoldenRecipe_IsThePresetButForStepsAndSize(string preset, int steps, string json)
    {
        var recipe = RecipeJson.Parse(json);

        Assert.Equal(RecipePresets.Get(preset) with { Steps = steps, Size = null, Description = null }, recipe);
    }

    [Fact]
    public void Parse_MinimalRecipe_TakesTheDocumentedDefaults()
    {
        var recipe = RecipeJson.Parse(Minimal);

        var expected = new Recipe
        {
            Content = [new("relu4_2", 1)],
            Style = [new("relu1_1", 1)],
            Optimizer = new() { Kind = OptimizerKind.Adam },
        };
        Assert.Equal(expected, recipe);
        Assert.Equal(
            (ColourSpace.RgbNorm, Pooling.Avg, ContentForm.Relative, GramForm.Chw, StyleForm.Relative, TvForm.None, Keep.Last, 200),
            (recipe.Space, recipe.Pooling, recipe.ContentForm, recipe.Gram, recipe.StyleForm, recipe.TvForm, recipe.Keep, recipe.Steps));
        Assert.Equal((1.0, 1.0, 0.0, 0.6, 20.0, false, true, false),
            (recipe.ContentWeight, recipe.StyleWeight, recipe.TvWeight, recipe.NoiseRatio, recipe.NoiseAmplitude,
            recipe.ClampBeforeStep, recipe.ClampAfterStep, recipe.ClampAtEnd));
        Assert.Equal((0.08, 0.99, 1e-8, 0.9, 0.999, 0.0), (recipe.Optimizer.Lr, recipe.Optimizer.Alpha, recipe.Optimizer.Eps,
            recipe.Optimizer.Beta1, recipe.Optimizer.Beta2, recipe.Optimizer.Momentum));
        Assert.Equal((10, 20, 1e7, 1e-5, 20), (recipe.Optimizer.Memory, recipe.Optimizer.Maxfun, recipe.Optimizer.Factr,
            recipe.Optimizer.Pgtol, recipe.Optimizer.Maxls));
        Assert.Equal(Init.Content, recipe.Init);
        Assert.Null(recipe.Schedule);
        Assert.Null(recipe.Scales);
        Assert.Null(recipe.Size);
    }

    [Theory]
    [InlineData("rgb01", 0.02)]
    [InlineData("rgbnorm", 0.08)]
    [InlineData("rgb255", 5)]
    [InlineData("bgr255", 5)]
    public void Parse_NoLearningRate_FollowsTheSpace(string space, double lr)
    {
        var node = JsonNode.Parse(Minimal)!;
        node["space"] = space;

        Assert.Equal(lr, RecipeJson.Read(node).Optimizer.Lr);
    }

    [Fact]
    public void Parse_Base_TakesOverWhatIsNotGiven()
    {
        var recipe = RecipeJson.Parse(
            """{"base": "d2l", "style": {"relu3_1": 2}, "optimizer": {"lr": 0.2}, "schedule": {"gamma": 0.5}, "size": "original"}""");

        var d2l = RecipePresets.Get("d2l");
        Assert.Equal(d2l with
        {
            Style = [new("relu3_1", 2)],
            Optimizer = d2l.Optimizer with { Lr = 0.2 },
            Schedule = new() { Every = 200, Gamma = 0.5 },
            Size = RecipeSize.Original,
        }, recipe);
    }

    [Fact]
    public void Parse_TapsKeepTheirOrderAndLoseZeros()
    {
        var node = JsonNode.Parse(Minimal)!;
        node["style"] = JsonNode.Parse("""{"relu4_1": 1, "relu1_1": 0, "conv2_1": 0.5}""");

        Assert.Equal([new TapWeight("relu4_1", 1), new TapWeight("conv2_1", 0.5)], RecipeJson.Read(node).Style);
    }

    [Fact]
    public void Parse_NoneAndNull_MeanTheSame()
    {
        var node = JsonNode.Parse(Minimal)!;
        var without = RecipeJson.Read(node);
        foreach (var key in new[] { "tv_form", "schedule", "scales", "size" })
        {
            node[key] = "none";
            Assert.Equal(without, RecipeJson.Read(node));
            node[key] = null;
            Assert.Equal(without, RecipeJson.Read(node));
        }
    }

    [Fact]
    public void Hash_IsOfTheMeaning()
    {
        var recipe = RecipePresets.Default;
        var turned = recipe with { Style = recipe.Style.Reverse().ToValueList(), Description = "other" };

        Assert.Equal(recipe.Hash(), turned.Hash());
        Assert.NotEqual(recipe, turned);
        Assert.NotEqual(recipe.Hash(), (recipe with { Steps = 181 }).Hash());
        Assert.Matches("^[0-9a-f]{64}$", recipe.Hash());
        Assert.Equal(recipe.Hash(), RecipeJson.Parse(recipe.CanonicalJson()).Hash());
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("1e-300")]
    [InlineData("0.30000000000000004")]
    [InlineData("123456789.12345679")]
    public void Numbers_KeepAllTheirDigits(string number)
    {
        var recipe = RecipePresets.Default.With("style_weight", JsonNode.Parse(number));

        Assert.Equal(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture),
            RecipeJson.Parse(RecipeJson.Write(recipe)).StyleWeight);
    }
}
