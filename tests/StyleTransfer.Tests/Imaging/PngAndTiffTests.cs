using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

/// <summary>Files written by hand, so every value that must come out is known.</summary>
public sealed class PngAndTiffTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(79, 97)]
    [InlineData(1000, 3)]
    [InlineData(3, 1000)]
    public void Png_rgb_comes_through_exactly(int width, int height)
    {
        var bytes = Pictures.Bytes(3 * width * height);

        var image = Load(PngBytes.Make(width, height, 8, PngBytes.Rgb, bytes));

        Assert.Equal(bytes.Select(b => (float)b), image.Pixels);
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal((ImageFormat.Png, 8), (image.SourceFormat, image.SourceBitDepth));
        Assert.Null(image.Alpha);
        Assert.Null(image.Exif);
        Assert.Null(image.IccProfile);
    }

    [Fact]
    public void Png_of_the_wanted_size_is_not_resampled()
    {
        var bytes = Pictures.Bytes(3 * 20 * 10);
        var path = Write(PngBytes.Make(20, 10, 8, PngBytes.Rgb, bytes));

        foreach (var size in new[] { SizeSpec.LongSide(20), SizeSpec.Forced(20, 10), SizeSpec.AtMost(50) })
            Assert.Equal(bytes.Select(b => (float)b), ImageFile.Load(path, size).Pixels);
    }

    [Fact]
    public void Png_16_bit_keeps_its_precision()
    {
        var image = Load(PngBytes.Make(2, 1, 16, PngBytes.Rgb, PngBytes.Wide(0, 1, 257, 32768, 65534, 65535)));

        Assert.Equal([0, 1 / 257f, 1, 32768 / 257f, 65534 / 257f, 255], image.Pixels);
        Assert.Equal(16, image.SourceBitDepth);
    }

    [Fact]
    public void Png_grey_fills_all_three_channels()
    {
        Assert.Equal([7, 7, 7, 250, 250, 250], Load(PngBytes.Make(2, 1, 8, PngBytes.Grey, [7, 250])).Pixels);
        Assert.Equal([1, 1, 1, 255, 255, 255], Load(PngBytes.Make(2, 1, 16, PngBytes.Grey, PngBytes.Wide(257, 65535))).Pixels);
    }

    [Fact]
    public void Png_of_1_bit_is_black_and_white() =>
        Assert.Equal([255, 255, 255, 0, 0, 0, 255, 255, 255], Load(PngBytes.Make(3, 1, 1, PngBytes.Grey, [0b10100000])).Pixels);

    [Fact]
    public void Png_with_a_palette_gets_its_colours() =>
        Assert.Equal(
            [10, 20, 30, 200, 100, 0, 10, 20, 30],
            Load(PngBytes.Make(3, 1, 8, PngBytes.Palette, [0, 1, 0], ("PLTE", [10, 20, 30, 200, 100, 0]))).Pixels);

    [Fact]
    public void Png_with_a_clear_palette_entry_gets_alpha()
    {
        var image = Load(PngBytes.Make(2, 1, 8, PngBytes.Palette, [0, 1], ("PLTE", [10, 20, 30, 200, 100, 0]), ("tRNS", [0])));

        Assert.Equal([10, 20, 30, 200, 100, 0], image.Pixels);
        Assert.Equal([0, 255], image.Alpha!);
    }

    [Fact]
    public void Png_alpha_is_kept_apart_and_colours_under_it_are_used_as_they_are()
    {
        var image = Load(PngBytes.Make(2, 1, 8, PngBytes.Rgba, [9, 8, 7, 0, 1, 2, 3, 128]));
        var grey = Load(PngBytes.Make(2, 1, 16, PngBytes.GreyAlpha, PngBytes.Wide(257, 514, 65535, 32768)));

        Assert.Equal([9, 8, 7, 1, 2, 3], image.Pixels);
        Assert.Equal([0, 128], image.Alpha!);
        Assert.Equal([1, 1, 1, 255, 255, 255], grey.Pixels);
        Assert.Equal([2, 32768 / 257f], grey.Alpha!);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Tiff_rgb_comes_through_exactly(int bits)
    {
        var samples = bits == 8 ? new byte[] { 1, 2, 3, 250, 251, 255 } : TiffBytes.Wide(257, 514, 771, 64250, 64507, 65535);

        var image = Load(TiffBytes.Make(2, 1, bits, 3, TiffBytes.Rgb, samples));

        Assert.Equal([1, 2, 3, 250, 251, 255], image.Pixels);
        Assert.Equal((ImageFormat.Tiff, bits), (image.SourceFormat, image.SourceBitDepth));
    }

    [Fact]
    public void Tiff_grey_fills_all_three_channels_and_white_may_be_zero()
    {
        Assert.Equal([7, 7, 7, 250, 250, 250], Load(TiffBytes.Make(2, 1, 8, 1, TiffBytes.BlackIsZero, [7, 250])).Pixels);
        Assert.Equal([248, 248, 248, 5, 5, 5], Load(TiffBytes.Make(2, 1, 8, 1, TiffBytes.WhiteIsZero, [7, 250])).Pixels);
        Assert.Equal([1, 1, 1], Load(TiffBytes.Make(1, 1, 16, 1, TiffBytes.BlackIsZero, TiffBytes.Wide(257))).Pixels);
    }

    [Fact]
    public void Tiff_alpha_is_kept_apart()
    {
        var image = Load(TiffBytes.Make(2, 1, 8, 4, TiffBytes.Rgb, [9, 8, 7, 0, 1, 2, 3, 128], extraSamples: 2));
        var grey = Load(TiffBytes.Make(2, 1, 8, 2, TiffBytes.BlackIsZero, [9, 0, 1, 128], extraSamples: 2));

        Assert.Equal([9, 8, 7, 1, 2, 3], image.Pixels);
        Assert.Equal([0, 128], image.Alpha!);
        Assert.Equal([9, 9, 9, 1, 1, 1], grey.Pixels);
        Assert.Equal([0, 128], grey.Alpha!);
    }

    [Fact]
    public void Tiff_cmyk_becomes_plausible_rgb()
    {
        byte[] paperAndInks = [0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 0];

        var image = Load(TiffBytes.Make(3, 1, 8, 4, TiffBytes.Cmyk, paperAndInks));

        Assert.All(image.Pixels[..3], p => Assert.InRange(p, 250, 255));
        Assert.All(image.Pixels[3..6], p => Assert.InRange(p, 0, 60));
        Assert.InRange(image.Pixels[6], 180, 255);
        Assert.InRange(image.Pixels[7], 0, 90);
        Assert.Null(image.Alpha);
    }

    [Fact]
    public void Tiff_of_floating_point_samples_is_refused_with_a_remedy()
    {
        var path = Write(TiffBytes.Make(1, 1, 32, 1, TiffBytes.BlackIsZero, [0, 0, 0, 0], sampleFormat: 3));

        var error = Assert.Throws<Messages.StyleFarmException>(() => ImageFile.Load(path, SizeSpec.Original));

        Assert.Equal($"{path}: holds samples of type float, not 8 or 16 bits; convert it to 8 or 16 bits per channel RGB", error.Message);
    }

    [Fact]
    public void Probe_tells_what_the_header_says()
    {
        Assert.Equal(
            new ImageInfo(new(3, 2), ImageFormat.Png, 4, true, 16, 1, 1),
            ImageFile.Probe(Write(PngBytes.Make(3, 2, 16, PngBytes.Rgba, new byte[48]))));
        Assert.Equal(
            new ImageInfo(new(2, 3), ImageFormat.Tiff, 3, false, 8, 1, 6),
            ImageFile.Probe(Write(TiffBytes.Make(3, 2, 8, 3, TiffBytes.Rgb, new byte[18], orientation: 6))));
    }

    [Fact]
    public void A_name_that_looks_like_decoder_options_is_just_a_name()
    {
        var path = _folder["odd [page=2]%s; name.png"];
        File.WriteAllBytes(path, PngBytes.Make(1, 1, 8, PngBytes.Rgb, [1, 2, 3]));

        Assert.Equal([1, 2, 3], ImageFile.Load(path, SizeSpec.Original).Pixels);
    }

    [Fact]
    public void The_extension_does_not_matter_when_reading()
    {
        var path = _folder["photo.jpg"];
        File.WriteAllBytes(path, PngBytes.Make(1, 1, 8, PngBytes.Rgb, [1, 2, 3]));

        Assert.Equal([1, 2, 3], ImageFile.Load(path, SizeSpec.Original).Pixels);
    }

    string Write(byte[] bytes)
    {
        var path = _folder[$"{bytes.Length}-{bytes.Sum(b => (long)b)}.img"];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    RgbImage Load(byte[] bytes) => ImageFile.Load(Write(bytes), SizeSpec.Original);
}
