using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

[Collection(nameof(Engine))]
public sealed class InitialImageTests
{
    static readonly ImageSize Size = new(7, 5);

    [Fact]
    public void Noise_mix_follows_the_written_stream()
    {
        var recipe = Scenes.Recipe with { Init = Init.NoiseMix, NoiseRatio = 0.6, NoiseAmplitude = 20, Space = ColourSpace.Bgr255 };
        var cell = Scenes.Cell(recipe, Size, seed: 42);

        var image = Values(cell);

        var content = cell.Content.At(Size).Pixels;
        double[] means = [103.939, 116.779, 123.68];
        for (var i = 0; i < image.Length; i++)
        {
            var (plane, pixel) = (i / 35, i % 35);
            var expected = 0.6 * 20 * (2 * Uniform(42, i) - 1) + 0.4 * (content[pixel * 3 + 2 - plane] - means[plane]);
            Assert.Equal(expected, image[i], 1e-12);
        }
    }

    [Fact]
    public void Uniform_noise_fills_the_bytes()
    {
        var image = Bytes(Init.Uniform, new ImageSize(64, 64));

        Assert.All(image, value => Assert.InRange(value, 0, 255));
        // Four deviations of the mean of so many numbers.
        Assert.InRange(image.Average(), 124.8, 130.2);
        Assert.InRange(image.Min(), 0, 0.5);
        Assert.InRange(image.Max(), 254.5, 255);
        Assert.Equal(255 * Uniform(1, 0), image[0], 1e-4);
    }

    [Fact]
    public void Normal_noise_is_grey_with_a_deviation_of_forty()
    {
        var image = Bytes(Init.Normal, new ImageSize(64, 64));

        Assert.All(image, value => Assert.InRange(value, 0, 255));
        Assert.InRange(image.Average(), 126.5, 128.5);
        var mean = image.Average();
        Assert.InRange(Math.Sqrt(image.Average(value => (value - mean) * (value - mean))), 38.5, 41);
    }

    [Fact]
    public void The_seed_makes_the_noise()
    {
        foreach (var init in new[] { Init.Uniform, Init.Normal, Init.NoiseMix })
        {
            var recipe = Scenes.Recipe with { Init = init };
            Assert.Equal(Values(Scenes.Cell(recipe, Size, 1)), Values(Scenes.Cell(recipe, Size, 1)));
            Assert.NotEqual(Values(Scenes.Cell(recipe, Size, 1)), Values(Scenes.Cell(recipe, Size, 1) with { Seed = 2 }));
        }
    }

    [Fact]
    public void Pictures_are_taken_as_they_are()
    {
        var cell = Scenes.Cell(Scenes.Recipe, Size);
        foreach (var (init, source) in new[] { (Init.Content, cell.Content), (Init.Style, cell.Styles[0].Image), (Init.File("x.png"), cell.Initial!) })
            Assert.Equal(source.At(Size).Pixels, Rounded(cell with { Recipe = Scenes.Recipe with { Init = init } }));
    }

    [Fact]
    public void A_missing_picture_is_told() => Assert.Throws<InvalidOperationException>(() =>
        Values(Scenes.Cell(Scenes.Recipe with { Init = Init.File("x.png") }, Size) with { Initial = null }));

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("end")]
    [InlineData("none")]
    public void Clamps_act_when_they_should(string when)
    {
        using var network = Scenes.Network(ScalarType.Float64);
        var recipe = Scenes.Recipe with
        {
            ClampBeforeStep = when == "before",
            ClampAfterStep = when == "after",
            ClampAtEnd = when == "end",
            Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 1.5 },
            Space = ColourSpace.Rgb01,
            Steps = 3,
        };
        var observer = new RecordingObserver();

        Scenes.Render(network, [Scenes.Cell(recipe, Size)], observer, checkpointEvery: 1);

        foreach (var (_, checkpoint) in observer.Checkpoints)
        {
            var image = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(checkpoint.Tensors.Single(t => t.Name == "image").Data.Span).ToArray();
            // A checkpoint is taken when the step that follows has looked at the image, and so has clamped it if it does.
            Assert.Equal(when is "after" or "before", image.All(value => value is >= 0 and <= 1));
        }
    }

    /// <summary>u of docs/recipes.md, written down once more.</summary>
    static double Uniform(ulong seed, int i)
    {
        var z = unchecked(seed + (ulong)(i + 1) * 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        z ^= z >> 31;
        return (z >> 40) * Math.Pow(2, -24);
    }

    static double[] Values(RenderCell cell)
    {
        using var scope = NewDisposeScope();
        return InitialImage.Of(cell, cell.Plan.Size, new ImageSpace(cell.Recipe.Space), float64, CPU).ToArray<double>();
    }

    static float[] Bytes(Init init, ImageSize size)
    {
        using var scope = NewDisposeScope();
        var cell = Scenes.Cell(Scenes.Recipe with { Init = init }, size);
        var space = new ImageSpace(cell.Recipe.Space);
        return space.ToPixels(InitialImage.Of(cell, size, space, float64, CPU)).Pixels;
    }

    static float[] Rounded(RenderCell cell)
    {
        using var scope = NewDisposeScope();
        var space = new ImageSpace(cell.Recipe.Space);
        return [.. space.ToPixels(InitialImage.Of(cell, Size, space, float32, CPU)).Pixels.Select(value => MathF.Round(value))];
    }
}
