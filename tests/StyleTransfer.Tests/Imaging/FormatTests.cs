using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class FormatTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.jpg", ImageFormat.Jpeg, 3)]
    [InlineData("out.JPEG", ImageFormat.Jpeg, 3)]
    [InlineData("out.webp", ImageFormat.WebP, 6)]
    [InlineData("out.tif", ImageFormat.Tiff, 0)]
    [InlineData("out.TIFF", ImageFormat.Tiff, 0)]
    [InlineData("out.png", ImageFormat.Png, 0)]
    public void A_saved_picture_loads_again(string name, ImageFormat format, float tolerance)
    {
        var picture = Pictures.Gradient(61, 43);

        ImageFile.Save(picture, _folder[name]);

        var loaded = ImageFile.Load(_folder[name], SizeSpec.Original);
        ImageAssert.Close(picture, loaded, tolerance, $"saved-{format}");
        Assert.Equal(format, loaded.SourceFormat);
        Assert.Equal(format, ImageFile.Probe(_folder[name]).Format);
        Assert.Null(loaded.Alpha);
        Assert.Null(loaded.Exif);
        Assert.Null(loaded.IccProfile);
    }

    [Fact]
    public void Jpeg_quality_decides_the_size_and_colours_are_not_subsampled()
    {
        var noise = Pictures.Noise(64, 64);

        Assert.True(LengthAt(95) > 2 * LengthAt(40));
        // The frame header (SOF0) names three components, each with sampling factors 1x1.
        var jpeg = ImageFile.Encode(noise, ".jpg");
        var frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        Assert.Equal([0x11, 0x11, 0x11], new[] { jpeg[frame + 11], jpeg[frame + 14], jpeg[frame + 17] });

        int LengthAt(int quality) => ImageFile.Encode(noise, ".jpg", new() { Quality = quality }).Length;
    }

    [Fact]
    public void Grey_jpeg_loads()
    {
        VipsFixture.Write(_folder["grey.jpg"], Enumerable.Repeat((byte)77, 16 * 16).ToArray(), 16, 16, 1, 1);

        ImageAssert.Close(Pictures.Solid(16, 16, 77, 77, 77), ImageFile.Load(_folder["grey.jpg"], SizeSpec.Original), 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("profile=cmyk")]
    public void Cmyk_jpeg_becomes_rgb_with_and_without_a_profile(string options)
    {
        // Four 16x16 tiles: paper, cyan, yellow, black.
        byte[][] inks = [[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 255, 0], [0, 0, 0, 255]];
        var samples = Enumerable.Range(0, 16 * 64).SelectMany(i => inks[i % 64 / 16]).ToArray();
        VipsFixture.Write(_folder["cmyk.jpg"], samples, 64, 16, 4, VipsFixture.Cmyk, options);

        var image = ImageFile.Load(_folder["cmyk.jpg"], SizeSpec.Original);

        Assert.Equal(4, ImageFile.Probe(_folder["cmyk.jpg"]).Bands);
        Assert.Null(image.Alpha);
        AssertColour(image, 8, (250, 255), (250, 255), (250, 255));
        AssertColour(image, 24, (0, 60), (130, 200), (190, 255));
        AssertColour(image, 40, (225, 255), (215, 255), (0, 80));
        AssertColour(image, 56, (0, 60), (0, 60), (0, 60));
    }

    [Theory]
    [InlineData("in.jpg", 8)]
    [InlineData("in.png", 0)]
    public void Interlaced_and_progressive_files_load(string name, float tolerance)
    {
        var picture = Pictures.Gradient(61, 43);
        VipsFixture.Write(_folder[name], Pictures.ToBytes(picture), 61, 43, 3, VipsFixture.Rgb, "interlace=true");

        ImageAssert.Close(picture, ImageFile.Load(_folder[name], SizeSpec.Original), tolerance, $"interlaced-{name}");
    }

    [Fact]
    public void Jpeg_with_stray_bytes_that_cameras_leave_loads()
    {
        var picture = Pictures.Gradient(64, 64);
        var jpeg = ImageFile.Encode(picture, ".jpg");
        File.WriteAllBytes(_folder["in.jpg"], [.. jpeg[..^2], 1, 2, 3, 4, .. jpeg[^2..], .. "maker's junk"u8]);

        ImageAssert.Close(picture, ImageFile.Load(_folder["in.jpg"], SizeSpec.Original), 3);
    }

    [Fact]
    public void Lab_tiff_becomes_rgb()
    {
        VipsFixture.Write(_folder["lab.tif"], new float[] { 100, 0, 0, 0, 0, 0, 53.24f, 80.09f, 67.20f }, 3, 1, 3, VipsFixture.Lab);

        float[] whiteBlackRed = [255, 255, 255, 0, 0, 0, 255, 0, 0];
        ImageAssert.Close(whiteBlackRed, ImageFile.Load(_folder["lab.tif"], SizeSpec.Original).Pixels, 3, 1, 1.5f);
    }

    [Theory]
    [InlineData("anim.gif", ImageFormat.Gif, 2)]
    [InlineData("anim.webp", ImageFormat.WebP, 8)]
    public void Of_an_animation_the_first_frame_is_loaded(string name, ImageFormat format, float tolerance)
    {
        RgbImage[] frames =
            [Pictures.Solid(24, 16, 250, 20, 20), Pictures.Solid(24, 16, 20, 250, 20), Pictures.Solid(24, 16, 20, 20, 250)];
        VipsFixture.Write(_folder[name], [.. frames.SelectMany(Pictures.ToBytes)], 24, 48, 3, VipsFixture.Rgb, "", ("page-height", 16));

        var image = ImageFile.Load(_folder[name], SizeSpec.Original);

        ImageAssert.Close(frames[0], image, tolerance, $"animation-{format}");
        Assert.Equal(format, image.SourceFormat);
        Assert.Equal(3, ImageFile.Probe(_folder[name]).Pages);
        Assert.Equal(new ImageSize(24, 16), ImageFile.Probe(_folder[name]).Size);
    }

    [Fact]
    public void Of_a_tiff_with_pages_the_first_is_loaded()
    {
        var pages = new[] { Pictures.Noise(12, 8, 1), Pictures.Noise(12, 8, 2) };
        VipsFixture.Write(_folder["pages.tif"], [.. pages.SelectMany(Pictures.ToBytes)], 12, 16, 3, VipsFixture.Rgb,
            "", ("page-height", 8));

        ImageAssert.Close(pages[0], ImageFile.Load(_folder["pages.tif"], SizeSpec.Original), 0);
        Assert.Equal(2, ImageFile.Probe(_folder["pages.tif"]).Pages);
    }

    [Theory]
    [InlineData("photo.heic")]
    [InlineData("photo.avif")]
    public void Heif_loads_where_libvips_has_it(string name)
    {
        Assert.SkipUnless(VipsLibrary.CanLoad(ImageFormat.Heif), "this libvips has no HEIF");
        var picture = Pictures.Gradient(64, 48);
        VipsFixture.Write(_folder[name], Pictures.ToBytes(picture), 64, 48, 3, VipsFixture.Rgb, "Q=95");

        var image = ImageFile.Load(_folder[name], SizeSpec.Original);

        ImageAssert.Close(picture, image, 12, $"heif-{name}");
        Assert.Equal(ImageFormat.Heif, image.SourceFormat);
    }

    [Fact]
    public void Webp_alpha_and_tiled_bigtiff_load()
    {
        byte[] pixel = [10, 200, 30, 128];
        byte[] pixels = [.. Enumerable.Repeat(pixel, 64).SelectMany(p => p)];
        VipsFixture.Write(_folder["a.webp"], pixels, 8, 8, 4, VipsFixture.Rgb, "lossless=true");
        var tile = Pictures.Noise(300, 200);
        VipsFixture.Write(_folder["b.tif"], Pictures.ToBytes(tile), 300, 200, 3, VipsFixture.Rgb,
            "tile=true,compression=deflate,bigtiff=true");

        var webp = ImageFile.Load(_folder["a.webp"], SizeSpec.Original);

        ImageAssert.Close(Pictures.Solid(8, 8, 10, 200, 30), webp, 0);
        Assert.All(webp.Alpha!, a => Assert.Equal(128, a));
        ImageAssert.Close(tile, ImageFile.Load(_folder["b.tif"], SizeSpec.Original), 0);
    }

    static void AssertColour(RgbImage image, int x, (float Low, float High) r, (float Low, float High) g, (float Low, float High) b)
    {
        var at = 3 * (8 * image.Width + x);
        Assert.InRange(image.Pixels[at], r.Low, r.High);
        Assert.InRange(image.Pixels[at + 1], g.Low, g.High);
        Assert.InRange(image.Pixels[at + 2], b.Low, b.High);
    }
}
