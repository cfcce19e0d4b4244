using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class OrientationTests : IDisposable
{
    // Where the stored corner pixels of a 3x2 image are seen: what each orientation means by the EXIF standard, row after row.
    static readonly Dictionary<int, string[]> Seen = new()
    {
        [1] = ["abc", "def"],
        [2] = ["cba", "fed"],
        [3] = ["fed", "cba"],
        [4] = ["def", "abc"],
        [5] = ["ad", "be", "cf"],
        [6] = ["da", "eb", "fc"],
        [7] = ["fc", "eb", "da"],
        [8] = ["cf", "be", "ad"],
    };

    readonly TempFolder _folder = new();

    public static TheoryData<int> All => [.. Enumerable.Range(1, 8)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void Tiff_is_turned_upright(int orientation)
    {
        var samples = "abcdef"u8.ToArray();
        File.WriteAllBytes(_folder["in.tif"], TiffBytes.Make(3, 2, 8, 1, TiffBytes.BlackIsZero, samples, orientation));

        var image = ImageFile.Load(_folder["in.tif"], SizeSpec.Original);

        AssertSeen(orientation, image);
        Assert.Equal(image.Size, ImageFile.Probe(_folder["in.tif"]).Size);
        Assert.Equal(orientation, ImageFile.Probe(_folder["in.tif"]).Orientation);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Png_is_turned_upright_by_its_exif_block(int orientation)
    {
        File.WriteAllBytes(_folder["in.png"], PngBytes.Make(
            3, 2, 8, PngBytes.GreyAlpha, [.. "abcdef"u8.ToArray().SelectMany(b => new[] { b, b })],
            ("eXIf", TiffBytes.Exif(orientation, bigEndian: true))));

        var image = ImageFile.Load(_folder["in.png"], SizeSpec.Original);

        AssertSeen(orientation, image);
        Assert.Equal(image.Alpha, image.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Jpeg_is_turned_upright_and_then_has_the_wanted_size(int orientation)
    {
        // As stored: red at the top left on green.
        var pixels = Pictures.Solid(96, 64, 0, 200, 0).Pixels;
        for (var y = 0; y < 32; y++)
            for (var x = 0; x < 32; x++)
                (pixels[3 * (y * 96 + x)], pixels[3 * (y * 96 + x) + 1]) = (200, 0);
        var jpeg = ImageFile.Encode(new RgbImage(96, 64, pixels), ".jpg");
        File.WriteAllBytes(_folder["in.jpg"], TiffBytes.WithExif(jpeg, TiffBytes.Exif(orientation)));

        var image = ImageFile.Load(_folder["in.jpg"], SizeSpec.LongSide(48));

        Assert.Equal(orientation < 5 ? new ImageSize(48, 32) : new ImageSize(32, 48), image.Size);
        var rows = Seen[orientation];
        for (var y = 0; y < rows.Length; y++)
            for (var x = 0; x < rows[y].Length; x++)
            {
                var at = 3 * ((16 * y + 8) * image.Width + 16 * x + 8);
                Assert.InRange(image.Pixels[at], rows[y][x] == 'a' ? 190 : 0, rows[y][x] == 'a' ? 210 : 10);
            }
    }

    static void AssertSeen(int orientation, RgbImage image)
    {
        var rows = Seen[orientation];
        Assert.Equal((rows[0].Length, rows.Length), (image.Width, image.Height));
        Assert.Equal(string.Concat(rows), string.Concat(image.Pixels.Where((_, i) => i % 3 == 0).Select(p => (char)p)));
    }
}
