using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>The kinds of pictures that people have, each rendered from the command line.</summary>
public sealed class InputFormatTests : IDisposable
{
    const int Width = 64;
    const int Height = 48;

    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    public static TheoryData<string> Kinds =>
    [
        "grey.png", "grey-alpha.png", "alpha.png", "palette.png", "16-bit.png", "16-bit.tif", "cmyk.tif", "cmyk.jpg", "animated.gif",
        "animated.webp", "profile.jpg", "photo.heic",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_picture_is_read(string name)
    {
        Assert.SkipWhen(name.EndsWith(".heic") && !VipsLibrary.CanLoad(ImageFormat.Heif), "this libvips has no HEIF");
        Make(name);

        (await _studio.RunAsync(Studio.Of([name, "style.png"], "--steps", "1"))).Succeeds();

        Assert.Equal("48x36", _studio.SizeOf("out.png"));
    }

    [Fact]
    public async Task A_photo_that_was_held_upright_comes_out_upright()
    {
        var jpeg = ImageFile.Encode(Pictures.Gradient(Width, Height), ".jpg");
        _studio.Write("upright.jpg", TiffBytes.WithExif(jpeg, TiffBytes.Exif(6)));

        (await _studio.RunAsync(Studio.Of(["upright.jpg", "style.png"], "--steps", "1", "-o", "out.jpg", "--keep-metadata"))).Succeeds();

        Assert.Equal("36x48", _studio.SizeOf("out.jpg"));
        Assert.NotNull(ImageFile.Load(_studio["out.jpg"], SizeSpec.Original).Exif);
    }

    void Make(string name)
    {
        const int pixels = Width * Height;
        var bytes = Pictures.Bytes(9 * pixels);
        switch (name)
        {
            case "grey.png": Png(8, PngBytes.Grey, bytes[..pixels]); break;
            case "grey-alpha.png": Png(8, PngBytes.GreyAlpha, bytes[..(2 * pixels)]); break;
            case "alpha.png": Png(8, PngBytes.Rgba, bytes[..(4 * pixels)]); break;
            case "palette.png": Png(8, PngBytes.Palette, [.. bytes[..pixels].Select(b => (byte)(b % 4))], ("PLTE", bytes[..12])); break;
            case "16-bit.png": Png(16, PngBytes.Rgb, bytes[..(6 * pixels)]); break;
            case "16-bit.tif": _studio.Write(name, TiffBytes.Make(Width, Height, 16, 3, TiffBytes.Rgb, bytes[..(6 * pixels)])); break;
            case "cmyk.tif": _studio.Write(name, TiffBytes.Make(Width, Height, 8, 4, TiffBytes.Cmyk, bytes[..(4 * pixels)])); break;
            case "cmyk.jpg": Vips(bytes[..(4 * pixels)], 4, VipsFixture.Cmyk); break;
            case "animated.gif" or "animated.webp": Vips(bytes, 3, VipsFixture.Rgb, "", ("page-height", Height)); break;
            case "profile.jpg": Vips(bytes[..(3 * pixels)], 3, VipsFixture.Rgb, "profile=p3"); break;
            default: Vips(bytes[..(3 * pixels)], 3, VipsFixture.Rgb); break;
        }

        void Png(int bits, int colours, byte[] scanlines, params (string, byte[])[] chunks) =>
            _studio.Write(name, PngBytes.Make(Width, Height, bits, colours, scanlines, chunks));

        void Vips(byte[] samples, int bands, int space, string options = "", params (string, int)[] metadata) =>
            VipsFixture.Write(_studio[name], samples, Width, samples.Length / bands / Width, bands, space, options, metadata);
    }
}
