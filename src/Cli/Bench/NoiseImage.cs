using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Bench;

/// <summary>
/// Bytes of the seeded stream as a picture, which any language can make too: sample i of the rows is the top byte of number i.
/// </summary>
sealed class NoiseImage(ulong seed) : IImageSource
{
    public RgbImage At(ImageSize size)
    {
        var stream = new SplitMix64Stream(seed);
        var pixels = new float[3 * size.Width * size.Height];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = stream.BitsAt((ulong)i) >> 56;
        return new RgbImage(size.Width, size.Height, pixels);
    }
}
