using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class SizeSpecTests
{
    [Theory]
    [InlineData("512", 1024, 768, 512, 384)]
    [InlineData("512", 768, 1024, 384, 512)]
    [InlineData("512", 100, 50, 512, 256)]
    [InlineData("512", 512, 300, 512, 300)]
    [InlineData("100", 300, 100, 100, 33)]
    [InlineData("100", 300, 101, 100, 34)]
    [InlineData("10", 4, 1, 10, 3)]
    [InlineData("10", 1000, 1, 10, 1)]
    [InlineData("1", 1000, 999, 1, 1)]
    [InlineData("640x480", 3, 7, 640, 480)]
    [InlineData("original", 123, 45, 123, 45)]
    public void Resolve_gives_the_stated_size(string text, int width, int height, int wantWidth, int wantHeight) =>
        Assert.Equal(new ImageSize(wantWidth, wantHeight), SizeSpec.Of(RecipeSize.Parse(text)).Resolve(new(width, height)));

    [Theory]
    [InlineData(1000, 500, 256, 128)]
    [InlineData(200, 100, 200, 100)]
    [InlineData(256, 3, 256, 3)]
    public void AtMost_never_enlarges(int width, int height, int wantWidth, int wantHeight) =>
        Assert.Equal(new ImageSize(wantWidth, wantHeight), SizeSpec.AtMost(256).Resolve(new(width, height)));

    [Theory]
    [InlineData("512")]
    [InlineData("640x480")]
    [InlineData("original")]
    public void ToString_is_that_of_the_recipe(string text) => Assert.Equal(text, SizeSpec.Of(RecipeSize.Parse(text)).ToString());
}
