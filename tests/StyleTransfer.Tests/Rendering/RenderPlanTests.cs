using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

public sealed class RenderPlanTests
{
    static readonly Recipe Ladder = Scenes.Recipe with
    {
        Scales = [new(RecipeSize.Of(64), 80, 0.08), new(RecipeSize.Of(128), 60, null), new(RecipeSize.Of(256), 40, 0.06)],
    };

    [Theory]
    [InlineData("original", 1000, 700, 1000, 700)]
    [InlineData("256", 1000, 700, 256, 179)]
    [InlineData("256", 700, 1000, 179, 256)]
    [InlineData("256", 100, 50, 256, 128)]
    [InlineData("256", 256, 256, 256, 256)]
    [InlineData("450x300", 1000, 1000, 450, 300)]
    [InlineData("10", 1000, 20, 10, 1, true)]
    [InlineData(null, 1000, 700, 512, 358)]
    [InlineData(null, 300, 200, 300, 200)]
    public void The_size_is_the_wish_with_the_aspect_kept(string? wish, int width, int height, int expectedWidth, int expectedHeight, bool tooSmall = false)
    {
        RecipeSize? size = wish is null ? null : RecipeSize.Parse(wish);
        if (tooSmall)
        {
            Assert.Throws<StyleFarmException>(() => Plan());
            return;
        }

        Assert.Equal(new ImageSize(expectedWidth, expectedHeight), Plan().Size);

        RenderPlan Plan() => RenderPlan.Of(Scenes.Recipe, new ImageSize(width, height), [new ImageSize(300, 300)], size, RecipeSize.Original);
    }

    [Fact]
    public void The_users_size_goes_before_the_recipes()
    {
        var recipe = Scenes.Recipe with { Size = RecipeSize.Of(64) };
        var content = new ImageSize(400, 200);

        Assert.Equal(new ImageSize(64, 32), RenderPlan.Of(recipe, content, [content], null, null).Size);
        Assert.Equal(new ImageSize(100, 50), RenderPlan.Of(recipe, content, [content], RecipeSize.Of(100), null).Size);
    }

    [Fact]
    public void Styles_follow_the_contents_wish_unless_they_have_their_own()
    {
        ImageSize content = new(400, 200), tall = new(100, 300), wide = new(600, 300);

        var same = RenderPlan.Of(Scenes.Recipe, content, [tall, wide], RecipeSize.Of(90), null).Passes[0];
        var own = RenderPlan.Of(Scenes.Recipe, content, [tall, wide], RecipeSize.Of(90), RecipeSize.Of(60)).Passes[0];

        Assert.Equal([new ImageSize(30, 90), new ImageSize(90, 45)], same.StyleSizes);
        Assert.Equal([new ImageSize(20, 60), new ImageSize(60, 30)], own.StyleSizes);
        Assert.Equal(new ImageSize(90, 45), own.Size);
    }

    [Fact]
    public void Scales_keep_their_ratio_at_any_size()
    {
        var content = new ImageSize(300, 200);

        var planned = RenderPlan.Of(Ladder, content, [content], null, null);
        var wished = RenderPlan.Of(Ladder, content, [content], RecipeSize.Of(101), null);

        Assert.Equal([new(64, 43), new(128, 86), new(256, 171)], planned.Passes.Select(pass => pass.Size));
        Assert.Equal([new(25, 17), new(50, 34), new(101, 67)], wished.Passes.Select(pass => pass.Size));
        Assert.Equal([0, 80, 140], planned.Passes.Select(pass => pass.FirstStep));
        Assert.Equal([0.08, Ladder.Optimizer.Lr, 0.06], planned.Passes.Select(pass => pass.Lr));
        Assert.Equal(180, planned.Steps);
        Assert.Equal(planned.Passes[0].Size, planned.Passes[0].StyleSizes[0]);
    }

    [Theory]
    [InlineData("relu1_1", 2, true)]
    [InlineData("relu1_1", 1, false)]
    [InlineData("relu3_1", 4, true)]
    [InlineData("relu3_1", 3, false)]
    [InlineData("conv5_1", 16, true)]
    [InlineData("conv5_1", 15, false)]
    public void An_image_too_small_for_the_deepest_tap_is_refused(string tap, int side, bool fits)
    {
        var recipe = Scenes.Recipe with { Content = [new(tap, 1)], Style = [new("relu1_1", 1)] };
        foreach (var (content, style) in new[] { (new ImageSize(side, 40), new ImageSize(40, 40)), (new ImageSize(40, 40), new ImageSize(40, side)) })
        {
            var failure = Record.Exception(() => RenderPlan.Of(recipe, content, [style], RecipeSize.Original, RecipeSize.Original));
            if (fits)
            {
                Assert.Null(failure);
                continue;
            }

            var refused = Assert.IsType<StyleFarmException>(failure);
            Assert.Equal(ErrorCode.BadUsage, refused.Code);
            Assert.Contains(tap, refused.Message, StringComparison.Ordinal);
            Assert.Contains("--size", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Steps_of_one_pass_are_what_was_asked() => Assert.Equal(17, RecipeSteps.With(Scenes.Recipe, 17).Steps);

    [Theory]
    [InlineData(90, new[] { 40, 30, 20 })]
    [InlineData(180, new[] { 80, 60, 40 })]
    [InlineData(1000, new[] { 444, 334, 222 })]
    [InlineData(3, new[] { 1, 1, 1 })]
    [InlineData(2, new[] { 1, 1 })]
    [InlineData(1, new[] { 1 })]
    public void Scales_share_the_steps(int steps, int[] shares)
    {
        var recipe = RecipeSteps.With(Ladder, steps);

        Assert.Equal(shares, recipe.Scales!.Select(scale => scale.Steps));
        // With fewer steps than scales the finest ones stay.
        Assert.Equal(Ladder.Scales!.TakeLast(shares.Length).Select(scale => scale.Size), recipe.Scales!.Select(scale => scale.Size));
    }

    [Fact]
    public void However_uneven_the_shares_the_steps_add_up()
    {
        const int seed = 9;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var scales = Enumerable.Range(1, random.Next(1, 6)).Select(i => new Scale(RecipeSize.Of(16 * i), random.Next(3) == 0 ? 1 : random.Next(1, 300), null));
            var recipe = Scenes.Recipe with { Scales = [.. scales] };
            var steps = random.Next(1, 400);

            var shared = RecipeSteps.With(recipe, steps).Scales!;

            Assert.True(shared.Sum(scale => scale.Steps) == steps && shared.All(scale => scale.Steps >= 1)
                && shared.Count == Math.Min(steps, recipe.Scales.Count),
                $"seed {seed}: {steps} steps over {string.Join("/", recipe.Scales.Select(scale => scale.Steps))} became "
                + string.Join("/", shared.Select(scale => scale.Steps)));
        }
    }
}
