using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Tests.Recipes;

public sealed class RecipeOverridesTests
{
    static readonly Recipe D2l = RecipePresets.Get("d2l");

    [Fact]
    public void Apply_DottedKeys_ChangeOnlyThat()
    {
        Assert.Equal(D2l with { Optimizer = D2l.Optimizer with { Lr = 0.05 } }, RecipeOverrides.Apply(D2l, "optimizer.lr=0.05"));
        Assert.Equal(D2l with { Content = [new("relu4_4", 1), new("relu4_2", 1)] }, RecipeOverrides.Apply(D2l, "content.relu4_2=1"));
        Assert.Equal(D2l with { Style = D2l.Style.Where(tap => tap.Tap.Name != "relu1_1").ToValueList() },
            RecipeOverrides.Apply(D2l, "style.relu1_1=0"));
        Assert.Equal(D2l with { Style = [new("relu1_1", 1), new("relu2_1", 0.5)] },
            RecipeOverrides.Apply(D2l, "style={relu1_1: 1, relu2_1: 0.5}"));
        Assert.Equal(D2l with { TvForm = TvForm.None }, RecipeOverrides.Apply(D2l, "tv_form=none"));
        Assert.Equal(D2l with { Schedule = D2l.Schedule! with { Gamma = 0.5 } }, RecipeOverrides.Apply(D2l, "schedule.gamma=0.5"));
        Assert.Equal(D2l with { Schedule = null }, RecipeOverrides.Apply(D2l, "schedule=none"));
        Assert.Equal(D2l with { Size = RecipeSize.Of(640, 480) }, RecipeOverrides.Apply(D2l, " size = 640x480 "));
        Assert.Equal(D2l with { Size = RecipeSize.Of(512) }, RecipeOverrides.Apply(D2l, "size=512"));
        Assert.Equal(D2l with { Init = Init.File("a=b/start.png") }, RecipeOverrides.Apply(D2l, "init=a=b/start.png"));
        Assert.Equal(D2l with { StyleWeight = 1000 }, RecipeOverrides.Apply(D2l, "style_weight=1.0e+3"));
        Assert.Equal(D2l with { Optimizer = D2l.Optimizer with { Kind = OptimizerKind.Sgd, Momentum = 0.9 } },
            RecipeOverrides.Apply(D2l, "optimizer={kind: sgd, momentum: .9}"));
        Assert.Equal(D2l with { Scales = [new(RecipeSize.Of(64), 8, null), new(RecipeSize.Of(128, 96), 4, 0.1)] },
            RecipeOverrides.Apply(D2l, "scales=[{size: 64, steps: 8}, {size: 128x96, steps: 4, lr: 0.1}]"));
    }

    [Fact]
    public void Apply_Several_AreCheckedTogether()
    {
        var recipe = RecipeOverrides.Apply(RecipePresets.Default,
            ["schedule.gamma=0.5", "schedule.every=100", "scales.2.steps=10", "style.relu1_1=0", "style.relu1_1=2"]);

        Assert.Equal(new ScheduleSpec { Every = 100, Gamma = 0.5 }, recipe.Schedule);
        Assert.Equal(10, recipe.Scales![2].Steps);
        Assert.Equal(new TapWeight("relu1_1", 2), recipe.Style[0]);
    }

    [Theory]
    [InlineData("optimizer.lr", "--set: optimizer.lr: expected key=value, such as optimizer.lr=0.05")]
    [InlineData("=3", "--set: =3: expected key=value, such as optimizer.lr=0.05")]
    [InlineData("optimizer.lr=fast", "--set: optimizer.lr: found 'fast', expected a number above 0")]
    [InlineData("optimizer.lr=", "--set: optimizer.lr: found null, expected a number above 0")]
    [InlineData("stile_weight=3", "--set: stile_weight: unknown field (did you mean 'style_weight'?)")]
    [InlineData("style={relu1_1: 1", "--set: style: found '{relu1_1: 1', ',' or '}' is missing at character 12")]
    [InlineData("style={relu1_1}", "--set: style: found '{relu1_1}', ':' is missing after 'relu1_1' at character 9")]
    [InlineData("style={relu1_1: 1, relu1_1: 2}",
        "--set: style: found '{relu1_1: 1, relu1_1: 2}', 'relu1_1' stands there twice at character 24")]
    [InlineData("init='abc", "--set: init: found ''abc', the closing ' is missing at character 5")]
    [InlineData("scales=[[[[[[[[[[1", "--set: scales: found '[[[[[[[[[[1', more than 8 maps and lists inside one another at character 10")]
    [InlineData("style={} x", "--set: style: found '{} x', unexpected 'x' at character 4")]
    public void Apply_Bad_SaysWhy(string assignment, string message) =>
        Assert.Equal(message, Assert.Throws<StyleFarmException>(() => RecipeOverrides.Apply(D2l, assignment)).Message);

    [Fact]
    public void Apply_BadOnBad_NeverThrowsAnythingElse()
    {
        foreach (var first in new[] { "scales=[5]", "scales=5", "optimizer=5", "style=[1]", "schedule=[]" })
            foreach (var second in new[] { "scales.0.lr=1", "optimizer.lr=1", "style.relu1_1=1", "schedule.every=3", "scales.0=none" })
                try
                {
                    RecipeOverrides.Apply(D2l, [first, second]);
                }
                catch (StyleFarmException e)
                {
                    Assert.Equal(ErrorCode.BadUsage, e.Code);
                }
    }

    [Fact]
    public void Get_ByDottedKey_GivesTheValue()
    {
        Assert.Equal(0.1, D2l.Get("optimizer.lr")!.GetValue<double>());
        Assert.Equal("rgbnorm", D2l.Get("space")!.GetValue<string>());
        Assert.Equal(1, D2l.Get("style.conv5_1")!.GetValue<double>());
        Assert.Equal(0, D2l.Get("style.conv1_1")!.GetValue<double>());
        Assert.Equal(60, RecipePresets.Default.Get("scales.2.steps")!.GetValue<int>());
        Assert.Null(RecipePresets.Default.Get("schedule.gamma"));
        Assert.Null(D2l.Get("scales"));
        var error = Assert.Throws<StyleFarmException>(() => D2l.Get("optimizer.rl"));
        Assert.Equal("recipe: optimizer.rl: unknown field (did you mean 'optimizer.lr'?)", error.Message);
    }

    [Fact]
    public void With_EveryField_TakesItsOwnValueBack()
    {
        foreach (var preset in RecipePresets.All)
            foreach (var (key, value) in RecipeJson.ToNode(preset.Recipe))
                Assert.Equal(preset.Recipe, preset.Recipe.With(key, value));
    }

    [Theory]
    [InlineData("1e4", "10000")]
    [InlineData("1.0e+3", "1000")]
    [InlineData("+.5", "0.5")]
    [InlineData("3.", "3")]
    [InlineData("-2", "-2")]
    [InlineData("True", "true")]
    [InlineData("~", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("0x10", "\"0x10\"")]
    [InlineData(".nan", "\".nan\"")]
    [InlineData("450x300", "\"450x300\"")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("'it''s'", "\"it's\"")]
    [InlineData("{\"a\":[1,2,{b: c d}],'e': f:g}", "{\"a\":[1,2,{\"b\":\"c d\"}],\"e\":\"f:g\"}")]
    [InlineData("[a, , b]", "[\"a\",null,\"b\"]")]
    public void Parse_Flow(string text, string json) =>
        Assert.Equal(json, (FlowText.Parse(text)?.ToJsonString() ?? "null").Replace("\\u0027", "'", StringComparison.Ordinal));
}
