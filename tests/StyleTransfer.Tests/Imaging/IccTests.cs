using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class IccTests : IDisposable
{
    // libvips' built-in profiles hold their curves and matrices as short tables: about one byte step off in dark, saturated colours.
    const float Tolerance = 1.5f;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in.png")]
    [InlineData("in.tif")]
    public void Display_P3_is_converted_to_srgb(string name)
    {
        byte[] colours = [128, 128, 128, 200, 100, 50, 255, 255, 255, 0, 0, 0, 100, 150, 200];
        VipsFixture.Write(_folder[name], colours, 5, 1, 3, VipsFixture.Rgb, "profile=p3");

        var image = ImageFile.Load(_folder[name], SizeSpec.Original);

        ImageAssert.Close(P3ToSrgb(colours), image.Pixels, 5, 1, Tolerance);
        Assert.NotNull(image.IccProfile);
        // Converted in 16 bits: the values are not all whole.
        Assert.Contains(image.Pixels, p => p != MathF.Round(p));
    }

    [Fact]
    public void Display_P3_of_16_bits_is_converted_to_srgb()
    {
        ushort[] colours = [128 * 257, 128 * 257, 128 * 257, 200 * 257, 100 * 257, 50 * 257];
        VipsFixture.Write(_folder["in.png"], colours, 2, 1, 3, VipsFixture.Rgb16, "profile=p3");

        var image = ImageFile.Load(_folder["in.png"], SizeSpec.Original);

        ImageAssert.Close(P3ToSrgb([128, 128, 128, 200, 100, 50]), image.Pixels, 2, 1, Tolerance);
    }

    [Fact]
    public void A_picture_tagged_as_srgb_comes_through_exactly()
    {
        var bytes = Pictures.Bytes(3 * 50 * 40);
        VipsFixture.Write(_folder["in.png"], bytes, 50, 40, 3, VipsFixture.Rgb, "profile=srgb");

        var image = ImageFile.Load(_folder["in.png"], SizeSpec.Original);

        Assert.Equal(bytes.Select(b => (float)b), image.Pixels);
        Assert.NotNull(image.IccProfile);
    }

    [Fact]
    public void Alpha_stays_as_it_is_beside_converted_colours()
    {
        byte[] pixels = [200, 100, 50, 17, 200, 100, 50, 255];
        VipsFixture.Write(_folder["in.png"], pixels, 2, 1, 4, VipsFixture.Rgb, "profile=p3");

        var image = ImageFile.Load(_folder["in.png"], SizeSpec.Original);

        ImageAssert.Close(P3ToSrgb([200, 100, 50, 200, 100, 50]), image.Pixels, 2, 1, Tolerance);
        Assert.Equal([17, 255], image.Alpha!);
    }

    [Fact]
    public void A_profile_that_does_not_fit_or_is_broken_is_passed_over()
    {
        byte[] pixels = [200, 100, 50];
        byte[] broken = [.. "x\0\0"u8, .. Zlib("this is not a profile"u8)];
        File.WriteAllBytes(_folder["broken.png"], PngBytes.Make(1, 1, 8, PngBytes.Rgb, pixels, ("iCCP", broken)));
        VipsFixture.Write(_folder["misfit.tif"], pixels, 1, 1, 3, VipsFixture.Rgb, "profile=cmyk");

        Assert.Equal([200, 100, 50], ImageFile.Load(_folder["broken.png"], SizeSpec.Original).Pixels);
        Assert.Equal([200, 100, 50], ImageFile.Load(_folder["misfit.tif"], SizeSpec.Original).Pixels);
    }

    static byte[] Zlib(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(bytes);
        return packed.ToArray();
    }

    // From the published primaries: linear sRGB = M · linear P3, both with the sRGB curve.
    static float[] P3ToSrgb(byte[] p3)
    {
        double[,] matrix =
        {
            { 1.2249401763, -0.2249401763, 0 },
            { -0.0420569547, 1.0420569547, 0 },
            { -0.0196375546, -0.0786360456, 1.0982736001 },
        };
        var result = new float[p3.Length];
        for (var i = 0; i < p3.Length; i++)
        {
            double sum = 0;
            for (var j = 0; j < 3; j++)
                sum += matrix[i % 3, j] * Linear(p3[i / 3 * 3 + j] / 255.0);
            result[i] = (float)(255 * Math.Clamp(Curve(sum), 0, 1));
        }
        return result;
    }

    static double Linear(double v) => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    static double Curve(double v) => v <= 0.0031308 ? v * 12.92 : 1.055 * Math.Pow(v, 1 / 2.4) - 0.055;
}
