using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class Lanczos3Tests
{
    // The product adds up to a few hundred float products a value; the reference adds doubles.
    const float Tolerance = 2e-3f;

    [Theory]
    [InlineData(79, 97, 23, 31)]
    [InlineData(23, 31, 79, 97)]
    [InlineData(23, 211, 64, 17)]
    [InlineData(97, 13, 13, 97)]
    [InlineData(40, 30, 20, 15)]
    [InlineData(64, 64, 63, 65)]
    [InlineData(50, 40, 50, 20)]
    [InlineData(50, 40, 25, 40)]
    [InlineData(1, 1, 5, 7)]
    [InlineData(37, 41, 1, 1)]
    [InlineData(3, 200, 200, 3)]
    public void Load_at_a_size_equals_the_plain_definition(int width, int height, int toWidth, int toHeight)
    {
        using var folder = new TempFolder();
        var source = Pictures.Noise(width, height);
        ImageFile.Save(source, folder["in.png"]);

        var resized = ImageFile.Load(folder["in.png"], SizeSpec.Forced(toWidth, toHeight));

        ImageAssert.Close(Reference(source, toWidth, toHeight), resized, Tolerance, $"lanczos-{width}x{height}-{toWidth}x{toHeight}");
        Assert.Equal(new ImageSize(width, height), resized.SourceSize);
    }

    // Made with Pillow 9.4: im = Image.new('F', (w, h)); im.putdata([(x*37 + y*91 + x*y*5) % 256 for y in range(h) for x in range(w)]);
    // im.resize((W, H), Image.LANCZOS).getdata(). Values outside 0..255 are clamped here.
    [Theory]
    [InlineData(13, 9, 5, 4, new[]
    {
        99.5474f, 118.5009f, 120.7553f, 125.6703f, 147.7722f, 126.1887f, 114.1137f, 142.0059f, 148.3286f, 130.6193f, 101.5826f, 139.4747f,
        155.7849f, 141.9912f, 108.8236f, 118.9426f, 111.1309f, 145.5876f, 117.8097f, 117.1977f,
    })]
    [InlineData(5, 4, 7, 6, new[]
    {
        -7.9902f, 11.5867f, 41.7841f, 60.2790f, 79.4984f, 131.6531f, 169.0158f, 26.8349f, 42.4374f, 86.8747f, 137.1980f, 185.5546f,
        130.7581f, 64.9228f, 116.3244f, 143.9512f, 163.5529f, 161.5056f, 223.0965f, 112.0877f, -20.9689f, 183.2423f, 239.5909f, 189.0606f,
        33.4944f, 52.3168f, 90.5581f, 80.3149f, 92.0425f, 136.0230f, 129.7236f, 57.8020f, 76.2601f, 153.6539f, 194.6527f, -2.8935f, 19.5952f,
        77.1356f, 134.7210f, 172.5505f, 211.4788f, 234.3535f,
    })]
    [InlineData(7, 5, 7, 2, new[]
    {
        78.0574f, 119.0602f, 94.8258f, 151.1022f, 86.7434f, 117.6787f, 158.6815f, 95.1799f, 148.1771f, 135.9370f, 98.3269f, 141.2567f,
        88.8922f, 141.8894f,
    })]
    public void Load_at_a_size_equals_Pillow(int width, int height, int toWidth, int toHeight, float[] pillow)
    {
        using var folder = new TempFolder();
        var grey = new byte[width * height];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = (byte)(i % width * 37 + i / width * 91 + i % width * (i / width) * 5);
        File.WriteAllBytes(folder["in.png"], PngBytes.Make(width, height, 8, PngBytes.Grey, grey));

        var resized = ImageFile.Load(folder["in.png"], SizeSpec.Forced(toWidth, toHeight));

        float[] expected = [.. pillow.SelectMany(v => Enumerable.Repeat(Math.Clamp(v, 0, 255), 3))];
        ImageAssert.Close(expected, resized.Pixels, toWidth, toHeight, 5e-4f);
    }

    [Theory]
    [InlineData(17, 3)]
    [InlineData(3, 17)]
    public void One_colour_stays_that_colour_up_to_the_edges(int from, int to)
    {
        using var folder = new TempFolder();
        ImageFile.Save(Pictures.Solid(from, from, 10, 200, 255), folder["in.png"]);

        ImageAssert.Close(Pictures.Solid(to, to, 10, 200, 255), ImageFile.Load(folder["in.png"], SizeSpec.Forced(to, to)), 1e-3f);
    }

    [Fact]
    public void Overshoot_at_an_edge_is_clamped_to_the_byte_scale()
    {
        using var folder = new TempFolder();
        byte[] step = [0, 0, 0, 255, 255, 255];
        File.WriteAllBytes(folder["in.png"], PngBytes.Make(6, 1, 8, PngBytes.Grey, step));

        var pixels = ImageFile.Load(folder["in.png"], SizeSpec.Forced(60, 10)).Pixels;

        Assert.All(pixels, p => Assert.InRange(p, 0, 255));
        Assert.Contains(255f, pixels);
        Assert.Contains(0f, pixels);
    }

    [Fact]
    public void Alpha_is_resampled_beside_the_colours_which_are_not_premultiplied()
    {
        using var folder = new TempFolder();
        byte[] row = [200, 100, 50, 0, 200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 255];
        File.WriteAllBytes(folder["in.png"], PngBytes.Make(4, 1, 8, PngBytes.Rgba, row));

        var resized = ImageFile.Load(folder["in.png"], SizeSpec.Forced(2, 1));

        ImageAssert.Close(Pictures.Solid(2, 1, 200, 100, 50), resized, 1e-3f);
        Assert.NotNull(resized.Alpha);
        Assert.All(resized.Alpha, a => Assert.InRange(a, 50, 205));
    }

    static RgbImage Reference(RgbImage source, int width, int height)
    {
        var result = new float[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                {
                    double sum = 0, weights = 0;
                    for (var j = 0; j < source.Height; j++)
                    {
                        var down = Weight(j, y, source.Height, height);
                        if (down == 0)
                            continue;
                        for (var i = 0; i < source.Width; i++)
                        {
                            var weight = down * Weight(i, x, source.Width, width);
                            weights += weight;
                            sum += weight * source.Pixels[3 * (j * source.Width + i) + c];
                        }
                    }
                    result[3 * (y * width + x) + c] = (float)Math.Clamp(sum / weights, 0, 255);
                }
        return new RgbImage(width, height, result);
    }

    static double Weight(int from, int to, int source, int target)
    {
        var scale = (double)source / target;
        var t = (from + 0.5 - (to + 0.5) * scale) / Math.Max(1, scale);
        return Math.Abs(t) >= 3 ? 0 : Sinc(t) * Sinc(t / 3);
    }

    static double Sinc(double t) => t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
}
