using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What an optimisation starts from.</summary>
static class InitialImage
{
    /// <summary>The standard deviation of <c>normal</c> noise around mid grey, in bytes.</summary>
    const double NormalDeviation = 40;

    /// <summary>1×3×H×W in the recipe's space.</summary>
    public static Tensor Of(RenderCell cell, ImageSize size, ImageSpace space, ScalarType type, Device device)
    {
        var recipe = cell.Recipe;
        return recipe.Init.Kind switch
        {
            InitKind.Content => space.FromPixels(cell.Content.At(size), type, device),
            InitKind.Style => space.FromPixels(cell.Styles[0].Image.At(size), type, device),
            InitKind.File => space.FromPixels((cell.Initial ?? throw new InvalidOperationException("no initial picture")).At(size), type, device),
            InitKind.Uniform => space.FromPixels(Noise(size, new SplitMix64Stream(cell.Seed), Uniform), type, device),
            InitKind.Normal => space.FromPixels(Noise(size, new SplitMix64Stream(cell.Seed), Normal), type, device),
            InitKind.NoiseMix => NoiseMix(cell, size, space, type, device),
            _ => throw new ArgumentOutOfRangeException(nameof(cell), recipe.Init, "not an init"),
        };
    }

    /// <summary>ratio · noise + (1 − ratio) · content in the recipe's own space; noise i of the C,H,W order is amplitude · (2u(i) − 1).</summary>
    static Tensor NoiseMix(RenderCell cell, ImageSize size, ImageSpace space, ScalarType type, Device device)
    {
        var stream = new SplitMix64Stream(cell.Seed);
        var noise = new double[3 * size.Pixels];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = cell.Recipe.NoiseAmplitude * (2.0 * stream.At((ulong)i) - 1);
        var ratio = cell.Recipe.NoiseRatio;
        var mixed = tensor(noise, [1, 3, size.Height, size.Width]) * ratio + space.FromPixels(cell.Content.At(size), float64, CPU) * (1 - ratio);
        return mixed.to(type, device);
    }

    static RgbImage Noise(ImageSize size, SplitMix64Stream stream, Func<SplitMix64Stream, ulong, double> value)
    {
        var pixels = new float[3 * size.Pixels];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (float)Math.Clamp(value(stream, (ulong)i), 0, 255);
        return new RgbImage(size.Width, size.Height, pixels);
    }

    static double Uniform(SplitMix64Stream stream, ulong i) => 255.0 * stream.At(i);

    /// <summary>Box and Muller's transform of numbers 2i and 2i + 1.</summary>
    static double Normal(SplitMix64Stream stream, ulong i)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1.0 - stream.At(2 * i)));
        return 127.5 + NormalDeviation * radius * Math.Cos(2 * Math.PI * stream.At(2 * i + 1));
    }
}
