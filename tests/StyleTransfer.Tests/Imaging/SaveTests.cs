using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class SaveTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.png")]
    [InlineData("out.tif")]
    public void Values_are_rounded_to_the_nearest_byte_and_clamped(string name)
    {
        float[] pixels =
            [0.49f, 0.51f, 1.5f, 2.5f, 254.49f, 254.51f, -3, 300, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 255.4f];

        ImageFile.Save(new RgbImage(4, 1, pixels), _folder[name]);

        Assert.Equal([0, 1, 2, 2, 254, 255, 0, 255, 0, 255, 0, 255], ImageFile.Load(_folder[name], SizeSpec.Original).Pixels);
    }

    [Theory]
    [InlineData("out.png", true)]
    [InlineData("out.tif", true)]
    [InlineData("out.webp", true)]
    [InlineData("out.jpg", false)]
    public void Alpha_is_written_only_if_asked_and_where_it_can_be(string name, bool canHold)
    {
        var image = new RgbImage(16, 16, Pictures.Solid(16, 16, 90, 90, 90).Pixels) { Alpha = [.. Enumerable.Repeat(100f, 256)] };

        ImageFile.Save(image, _folder[name]);
        Assert.Null(ImageFile.Load(_folder[name], SizeSpec.Original).Alpha);

        ImageFile.Save(image, _folder[name], new() { KeepAlpha = true });
        var loaded = ImageFile.Load(_folder[name], SizeSpec.Original);
        Assert.Equal(canHold ? image.Alpha : null, loaded.Alpha);
        ImageAssert.Close(image, loaded, 1, $"alpha-{name}");
    }

    [Theory]
    [InlineData("out.png", false, false)]
    [InlineData("out.jpg", false, false)]
    [InlineData("out.webp", false, false)]
    [InlineData("out.webp", true, false)]
    [InlineData("out.jpg", false, true)]
    [InlineData("out.webp", true, true)]
    public void Exif_is_kept_byte_for_byte_but_for_the_orientation(string name, bool alpha, bool bigEndian)
    {
        var image = new RgbImage(16, 8, Pictures.Gradient(16, 8).Pixels)
        {
            Exif = TiffBytes.Exif(6, bigEndian),
            Alpha = alpha ? [.. Enumerable.Repeat(100f, 128)] : null,
        };

        ImageFile.Save(image, _folder[name], new() { KeepMetadata = true, KeepAlpha = true });

        var loaded = ImageFile.Load(_folder[name], SizeSpec.Original);
        Assert.Equal(TiffBytes.Exif(1, bigEndian), loaded.Exif!);
        Assert.Equal(image.Size, loaded.Size);
        Assert.Equal(alpha, loaded.Alpha is not null);
        Assert.Equal(1, ImageFile.Probe(_folder[name]).Orientation);
        Assert.Equal(TiffBytes.Exif(6, bigEndian), image.Exif);
    }

    [Theory]
    [InlineData("out.png", 0)]
    [InlineData("out.jpg", 4)]
    [InlineData("out.tif", 0)]
    [InlineData("out.webp", 10)]
    public void Metadata_of_a_picture_in_another_profile_is_an_srgb_profile(string name, float tolerance)
    {
        byte[] muted = [.. Pictures.ToBytes(Pictures.Gradient(32, 32)).Select(b => (byte)(80 + b / 3))];
        VipsFixture.Write(_folder["p3.png"], muted, 32, 32, 3, VipsFixture.Rgb, "profile=p3");
        var image = ImageFile.Load(_folder["p3.png"], SizeSpec.Original);
        var rounded = new RgbImage(32, 32, [.. image.Pixels.Select(p => MathF.Round(p))]);

        ImageFile.Save(image, _folder[name], new() { KeepMetadata = true });

        var loaded = ImageFile.Load(_folder[name], SizeSpec.Original);
        Assert.NotNull(loaded.IccProfile);
        Assert.Null(loaded.Exif);
        Assert.NotEqual(image.IccProfile, loaded.IccProfile);
        ImageAssert.Close(rounded, loaded, tolerance, $"srgb-{name}");
        ImageFile.Save(image, _folder[name]);
        Assert.Null(ImageFile.Load(_folder[name], SizeSpec.Original).IccProfile);
    }

    [Theory]
    [InlineData("out.gif", "'.gif' is not a format that can be written; end the name in .png, .jpg, .jpeg, .tif, .tiff or .webp")]
    [InlineData("out", "has no extension to tell the format by; end the name in .png, .jpg, .jpeg, .tif, .tiff or .webp")]
    public void Another_extension_is_bad_usage(string name, string fault)
    {
        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Save(Pictures.Noise(2, 2), _folder[name]));

        Assert.Equal((ErrorCode.BadUsage, $"{_folder[name]}: {fault}"), (error.Code, error.Message));
    }

    [Fact]
    public void Quality_out_of_range_and_too_large_a_picture_are_bad_usage()
    {
        var quality = Assert.Throws<StyleFarmException>(() => ImageFile.Encode(Pictures.Noise(2, 2), ".jpg", new() { Quality = 101 }));
        var size = Assert.Throws<StyleFarmException>(() => ImageFile.Encode(Pictures.Solid(16_384, 1, 1, 2, 3), ".webp"));

        Assert.Equal(".jpg: quality 101 is out of range; give 1 to 100", quality.Message);
        Assert.Equal(".webp: WebP holds at most 16383 pixels a side, not 16384x1; save as .png or .tif", size.Message);
    }

    [Fact]
    public void Saving_over_a_file_replaces_it_and_leaves_nothing_else()
    {
        ImageFile.Save(Pictures.Noise(20, 20), _folder["out.png"]);
        var newer = Pictures.Noise(5, 5, 2);

        ImageFile.Save(newer, _folder["out.png"]);

        ImageAssert.Close(newer, ImageFile.Load(_folder["out.png"], SizeSpec.Original), 0);
        Assert.Equal([_folder["out.png"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_name_of_the_greatest_length_can_be_written()
    {
        var name = new string('n', 251) + ".png";

        ImageFile.Save(Pictures.Noise(2, 2), _folder[name]);

        Assert.True(File.Exists(_folder[name]));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_as_target_are_bad_input()
    {
        Directory.CreateDirectory(_folder["dir.png"]);

        AssertRefused(
            _folder["no/out.png"], ErrorCode.BadInput,
            $"the folder {_folder["no"]} does not exist; create it (mkdir -p) or choose another");
        AssertRefused(_folder["dir.png"], ErrorCode.BadInput, "is a folder; name a file in it");
        Assert.Equal([_folder["dir.png"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_without_write_permission_is_bad_input()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || BadImageTests.Geteuid() == 0, "root may write everywhere");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            AssertRefused(
                _folder["out.png"], ErrorCode.BadInput,
                $"may not be written by this user; give write permission on {_folder.Path} or choose another folder");
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        }
        finally
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], sizeKilobytes: 64);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        var path = Path.Combine(disk.Path, "out.png");
        var small = Pictures.Noise(8, 8);
        ImageFile.Save(small, path);

        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Save(Pictures.Noise(400, 400), path));

        Assert.Equal(ErrorCode.OutOfResources, error.Code);
        Assert.Matches(
            $"^{path}: the disk is full \\(\\d+ bytes were to be written\\); free space or choose another folder$", error.Message);
        Assert.Equal([path], Directory.GetFileSystemEntries(disk.Path));
        ImageAssert.Close(small, ImageFile.Load(path, SizeSpec.Original), 0);
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes_at_any_concurrency()
    {
        var picture = Pictures.Noise(257, 129);
        try
        {
            foreach (var extension in new[] { ".png", ".jpg", ".tif", ".webp" })
            {
                VipsLibrary.SetConcurrency(1);
                var one = ImageFile.Encode(picture, extension);
                VipsLibrary.SetConcurrency(4);
                Assert.Equal(one, ImageFile.Encode(picture, extension));
            }
        }
        finally
        {
            VipsLibrary.SetConcurrency(VipsLibrary.DefaultConcurrency);
        }
    }

    static void AssertRefused(string path, ErrorCode code, string fault)
    {
        var error = Assert.Throws<StyleFarmException>(() => ImageFile.Save(Pictures.Noise(2, 2), path));

        Assert.Equal((code, $"{path}: {fault}"), (error.Code, error.Message));
    }
}
