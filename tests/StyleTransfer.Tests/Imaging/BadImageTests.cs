using System.Diagnostics;
using System.Runtime.InteropServices;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

/// <summary>Every bad file is named in one line with what is wrong and what to do.</summary>
public sealed partial class BadImageTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_file() => AssertRefused(_folder["none.jpg"], "does not exist; check the path");

    [Fact]
    public void File_in_a_missing_folder() => AssertRefused(_folder["nowhere/none.jpg"], "does not exist; check the path");

    [Fact]
    public void No_name_at_all() => AssertRefused("", "does not exist; check the path");

    [Fact]
    public void Folder() => AssertRefused(_folder.Path, "is a folder, not an image; name an image file in it");

    [Fact]
    public void Empty_file() => AssertRefused(Write("empty.png", []), "is empty (0 bytes); copy it again from its source");

    [Theory]
    [InlineData("notes.jpg", "just some text, no picture at all\n")]
    [InlineData("table.csv", "1,2,3\n4,5,6\n")]
    [InlineData("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("old.ppm", "P2 1 1 255 7\n")]
    [InlineData("page.pdf", "%PDF-1.4\n")]
    [InlineData("x", "x")]
    public void Not_an_image_or_not_one_that_is_read(string name, string text) => AssertRefused(
        Write(name, System.Text.Encoding.UTF8.GetBytes(text)),
        "is not an image of a known format; "
        + $"use JPEG, PNG, WebP, TIFF{(VipsLibrary.CanLoad(ImageFormat.Heif) ? ", HEIF" : "")} or GIF, or convert it to one of them");

    [Fact]
    public void A_name_with_a_line_break_stays_on_one_line()
    {
        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Load(_folder["a\nb.jpg"], SizeSpec.Original));

        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith("a?b.jpg: does not exist; check the path", error.Message);
    }

    [Fact]
    public void File_without_read_permission()
    {
        Assert.SkipWhen(Geteuid() == 0, "root may read everything");
        var path = Write("secret.png", PngBytes.Make(1, 1, 8, PngBytes.Rgb, [1, 2, 3]));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.None);

        AssertRefused(path, "may not be read by this user; give read permission (chmod +r) or run as its owner");
    }

    public static TheoryData<string, int> Cuts
    {
        get
        {
            var cuts = new TheoryData<string, int>();
            foreach (var name in new[] { "cut.jpg", "cut.png", "cut.webp", "cut.tif", "cut.gif", "cut.heic" })
                foreach (var percent in new[] { 5, 30, 60, 90, 98 })
                    cuts.Add(name, percent);
            return cuts;
        }
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Cut_short(string name, int percent)
    {
        Assert.SkipWhen(name.EndsWith(".heic") && !VipsLibrary.CanLoad(ImageFormat.Heif), "this libvips has no HEIF");
        VipsFixture.Write(_folder[name], Pictures.Bytes(3 * 120 * 90), 120, 90, 3, VipsFixture.Rgb);
        var bytes = File.ReadAllBytes(_folder[name]);
        File.WriteAllBytes(_folder[name], bytes[..(bytes.Length * percent / 100)]);

        foreach (var size in new[] { SizeSpec.Original, SizeSpec.LongSide(32) })
        {
            var error = Assert.Throws<StyleFarmException>(() => ImageFile.Load(_folder[name], size));

            Assert.Equal(ErrorCode.BadInput, error.Code);
            Assert.StartsWith($"{_folder[name]}: is damaged or cut short (", error.Message);
            Assert.EndsWith("); copy it again from its source or export it anew", error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Damaged_in_the_middle()
    {
        var png = PngBytes.Make(100, 100, 8, PngBytes.Rgb, Pictures.Bytes(30_000));
        Pictures.Bytes(64, 9).CopyTo(png, png.Length / 2);

        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Load(Write("hit.png", png), SizeSpec.Original));

        Assert.StartsWith($"{_folder["hit.png"]}: is damaged or cut short (", error.Message);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    public void Zero_pixels(int width, int height)
    {
        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Probe(Write("zero.png", PngBytes.HeaderOnly(width, height))));

        Assert.StartsWith($"{_folder["zero.png"]}: is damaged or cut short (", error.Message);
    }

    [Fact]
    public void A_bomb_is_refused_on_its_header_without_memory_or_time()
    {
        var path = Write("bomb.png", PngBytes.HeaderOnly(50_000, 50_000));
        _ = VipsLibrary.Version; // the start of libvips is not what is timed
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();

        AssertRefused(
            () => ImageFile.Load(path, SizeSpec.LongSide(512)), path,
            "decodes to 50000x50000, 2500 megapixels, over the limit of 200; "
            + "reduce it first, or raise the limit if the file can be trusted");

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void The_limit_can_be_set_and_holds_to_the_pixel()
    {
        var path = Write("small.png", PngBytes.Make(4, 3, 8, PngBytes.Rgb, new byte[36]));

        Assert.Equal(12, ImageFile.Load(path, SizeSpec.Original, new() { MaxPixels = 12 }).Size.Pixels);
        Assert.Throws<StyleFarmException>(() => ImageFile.Load(path, SizeSpec.Original, new() { MaxPixels = 11 }));
    }

    [Fact]
    public void A_wanted_size_over_the_limit_is_bad_usage()
    {
        var path = Write("small.png", PngBytes.Make(1, 1, 8, PngBytes.Rgb, [1, 2, 3]));

        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Load(path, SizeSpec.LongSide(100_000)));

        Assert.Equal(ErrorCode.BadUsage, error.Code);
        Assert.Equal(
            $"{path}: would be resized to 100000x100000, 10000 megapixels, over the limit of 200; ask for a smaller size", error.Message);
    }

    static void AssertRefused(string path, string fault)
    {
        AssertRefused(() => ImageFile.Probe(path), path, fault);
        AssertRefused(() => ImageFile.Load(path, SizeSpec.Original), path, fault);
    }

    static void AssertRefused(Action attempt, string path, string fault)
    {
        var error = Assert.Throws<StyleFarmException>(attempt);

        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Equal($"{path}: {fault}", error.Message);
    }

    string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint Geteuid();
}
