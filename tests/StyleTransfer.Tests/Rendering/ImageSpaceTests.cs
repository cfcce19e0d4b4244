using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

[Collection(nameof(Engine))]
public sealed class ImageSpaceTests
{
    public static MatrixTheoryData<ColourSpace, ScalarType> Cases => new(
        Enum.GetValues<ColourSpace>(), [ScalarType.Float32, ScalarType.Float64]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_byte_comes_back(ColourSpace space, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var map = new ImageSpace(space);
        float[] bytes = [.. Enumerable.Range(0, 256).SelectMany(value => new float[] { value, 255 - value, value / 2 })];

        var back = map.ToPixels(map.FromPixels(new RgbImage(16, 16, bytes), type, CPU));

        Assert.Equal(bytes, back.Pixels.Select(value => MathF.Round(value)));
        Assert.All(back.Pixels.Zip(bytes), pair => Assert.True(Math.Abs(pair.First - pair.Second) < (type == float64 ? 1e-6 : 1e-4)));
    }

    [Theory]
    [InlineData(ColourSpace.Rgb01, new[] { 10 / 255.0, 20 / 255.0, 30 / 255.0 })]
    [InlineData(ColourSpace.RgbNorm, new[] { (10 / 255.0 - 0.485) / 0.229, (20 / 255.0 - 0.456) / 0.224, (30 / 255.0 - 0.406) / 0.225 })]
    [InlineData(ColourSpace.Rgb255, new[] { 10 - 123.68, 20 - 116.779, 30 - 103.939 })]
    [InlineData(ColourSpace.Bgr255, new[] { 30 - 103.939, 20 - 116.779, 10 - 123.68 })]
    public void A_pixel_has_its_known_place(ColourSpace space, double[] expected)
    {
        using var scope = NewDisposeScope();
        var map = new ImageSpace(space);

        var actual = map.FromPixels(new RgbImage(1, 1, [10, 20, 30]), float64, CPU).ToArray<double>();

        foreach (var (e, a) in expected.Zip(actual)) Assert.Equal(e, a, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_box_is_black_and_white(ColourSpace space, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var map = new ImageSpace(space);
        var (low, high) = map.Box(type, CPU);

        Assert.Equal(map.FromPixels(new RgbImage(1, 1, [0, 0, 0]), type, CPU).ToBytes(), low.ToBytes());
        Assert.Equal(map.FromPixels(new RgbImage(1, 1, [255, 255, 255]), type, CPU).ToBytes(), high.ToBytes());
    }

    [Fact]
    public void Values_outside_are_cut_off()
    {
        using var scope = NewDisposeScope();

        var image = new ImageSpace(ColourSpace.Rgb01).ToPixels(tensor([-0.5, 1.5, 0.5], [1, 3, 1, 1]));

        Assert.Equal([0, 255, 127.5f], image.Pixels);
    }

    [Fact]
    public void Only_rgb01_is_normalised_for_the_network()
    {
        using var scope = NewDisposeScope();
        var pixels = new RgbImage(1, 1, [10, 20, 30]);
        var normalised = new ImageSpace(ColourSpace.RgbNorm).FromPixels(pixels, float64, CPU).ToArray<double>();
        foreach (var space in Enum.GetValues<ColourSpace>())
        {
            var image = new ImageSpace(space).FromPixels(pixels, float64, CPU);
            var seen = new ImageSpace(space).NetworkInput(image);
            if (space != ColourSpace.Rgb01) Assert.Same(image, seen);
            else
                foreach (var (e, a) in normalised.Zip(seen.ToArray<double>()))
                    Assert.Equal(e, a, 1e-13);
        }
    }
}
