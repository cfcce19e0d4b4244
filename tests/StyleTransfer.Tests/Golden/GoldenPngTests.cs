using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Tests.Rendering;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Golden;

/// <summary>The final image against the reference's.</summary>
[Collection(nameof(Engine))]
public sealed class GoldenPngTests
{
    [Theory]
    [InlineData("g1-001")]
    [InlineData("g1-004")]
    public void Final_image_agrees(string name)
    {
        var golden = GoldenCase.Load(name);
        using var network = new StyleTransfer.Network.Vgg19(Engine.Seeded(golden.WeightsSeed), Torch.torch.ScalarType.Float64, Torch.torch.CPU);

        var result = Scenes.Render(network, [golden.Cell()], new RecordingObserver())[0].Image;

        // The reference truncates where we round. A value that is whole but for rounding may fall to either side, hence one byte.
        var expected = ImageFile.Load(golden.PngPath, SizeSpec.Original);
        var truncated = new RgbImage(result.Width, result.Height, [.. result.Pixels.Select(MathF.Floor)]);
        ImageAssert.Close(expected, truncated, tolerance: 1, $"golden-{name}");
        var equal = expected.Pixels.Zip(truncated.Pixels).Count(pair => pair.First == pair.Second);
        Assert.True(equal > 0.98 * expected.Pixels.Length, $"only {equal} of {expected.Pixels.Length} bytes are equal");
    }
}
