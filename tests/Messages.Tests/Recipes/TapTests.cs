using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Tests.Recipes;

public sealed class TapTests
{
    [Fact]
    public void All_AreTheSixteenConvolutionsInNetworkOrder()
    {
        string[] names = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1", "4_2", "4_3", "4_4", "5_1", "5_2", "5_3", "5_4"];

        Assert.Equal(names.SelectMany(name => new[] { "conv" + name, "relu" + name }), Tap.All.Select(tap => tap.Name));
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i / 2), Tap.All.Select(tap => tap.Position));
        Assert.All(Tap.All, tap => Assert.Equal(tap, Tap.At(tap.Block, tap.Index, tap.IsRelu)));
        Assert.All(Tap.All, tap => Assert.Equal(tap, Tap.Parse(tap.Name)));
        Assert.Equal(Tap.All.Order(), Tap.All);
        Assert.Equal([64, 128, 256, 512, 512], Enumerable.Range(1, 5).Select(block => Tap.At(block, 1, true).Channels));
        Assert.Equal("conv1_1", default(Tap).Name);
    }

    [Theory]
    [InlineData("Relu4_1", " (did you mean 'relu4_1'?)")]
    [InlineData("relu41", " (did you mean 'relu4_1'?)")]
    [InlineData("conv3_9", " (did you mean 'conv3_4'?)")]
    [InlineData("block4_conv2", "")]
    public void Parse_Unknown_NamesTheNearest(string name, string hint) =>
        Assert.Equal($"'{name}' is no tap of VGG19, expected conv1_1 to conv5_4 or relu1_1 to relu5_4{hint}",
            Assert.Throws<StyleFarmException>(() => Tap.Parse(name)).Message);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(6, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 0)]
    public void At_NoSuchConvolution_Throws(int block, int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Tap.At(block, index, isRelu: true));

    [Theory]
    [InlineData("512", 512, false, 0, 0)]
    [InlineData("450x300", 450, true, 450, 300)]
    [InlineData("300x450", 450, true, 300, 450)]
    [InlineData("original", 0, false, 0, 0)]
    public void Size_RoundTrips(string text, int longSide, bool forced, int width, int height)
    {
        var size = RecipeSize.Parse(text);

        Assert.Equal((longSide, forced, width, height, text), (size.LongSide, size.IsForced, size.Width, size.Height, size.ToString()));
        Assert.Equal(text == "original", size.IsOriginal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("10x")]
    [InlineData("10x20x30")]
    [InlineData("1e3")]
    [InlineData("Original")]
    public void Size_Bad_IsRefused(string text) =>
        Assert.Equal($"size: found '{text}', expected a long side in pixels (512), WIDTHxHEIGHT (450x300) or original",
            Assert.Throws<StyleFarmException>(() => RecipeSize.Parse(text)).Message);

    [Theory]
    [InlineData("content", InitKind.Content, null)]
    [InlineData("noise-mix", InitKind.NoiseMix, null)]
    [InlineData("file:content", InitKind.File, "content")]
    [InlineData("Start.JPG", InitKind.File, "Start.JPG")]
    [InlineData("./start", InitKind.File, "./start")]
    public void Init_Parse(string text, InitKind kind, string? path)
    {
        var init = Init.Parse(text);

        Assert.Equal((kind, path), (init.Kind, init.Path));
        Assert.Equal(init, Init.Parse(init.ToString()));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file:")]
    [InlineData("noise")]
    public void Init_Bad_IsRefused(string text) => Assert.Throws<StyleFarmException>(() => Init.Parse(text));
}
