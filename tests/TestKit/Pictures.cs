using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.TestKit;

/// <summary>Made-up pictures for the tests.</summary>
public static class Pictures
{
    /// <summary>Noise of whole byte values, the same for the same seed.</summary>
    public static RgbImage Noise(int width, int height, uint seed = 1) =>
        new(width, height, [.. Bytes(3 * width * height, seed).Select(b => (float)b)]);

    /// <summary>Smooth colours, kind to lossy formats.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var pixels = new float[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = 3 * (y * width + x);
                pixels[at] = MathF.Round(255f * x / Math.Max(1, width - 1));
                pixels[at + 1] = MathF.Round(255f * y / Math.Max(1, height - 1));
                pixels[at + 2] = 128;
            }
        return new RgbImage(width, height, pixels);
    }

    public static RgbImage Solid(int width, int height, float r, float g, float b)
    {
        var pixels = new float[3 * width * height];
        for (var i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (r, g, b);
        return new RgbImage(width, height, pixels);
    }

    public static byte[] Bytes(int count, uint seed = 1)
    {
        var state = seed * 2654435761 + 12345;
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte)(state >> 24);
        }
        return bytes;
    }

    public static byte[] ToBytes(RgbImage image) => [.. image.Pixels.Select(p => (byte)p)];
}
