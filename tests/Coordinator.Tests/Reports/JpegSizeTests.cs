using StyleFarm.Coordinator.Reports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.Coordinator.Tests.Reports;

public sealed class JpegSizeTests
{
    [Fact]
    public void A_picture_of_the_encoder_in_use_has_its_size() =>
        Assert.Equal((37, 21), JpegSize.Of(ImageFile.Encode(Pictures.Gradient(37, 21), ".jpg")));

    [Fact]
    public void Fill_bytes_and_other_segments_before_the_frame_are_passed_over()
    {
        byte[] jpeg = TinyJpeg.OfShade(90, 300, 200);

        Assert.Equal((300, 200), JpegSize.Of([0xFF, 0xD8, 0xFF, 0xFF, 0xE1, 0, 4, 1, 2, .. jpeg[2..]]));
    }

    [Fact]
    public void However_short_it_is_cut_it_is_read_or_refused()
    {
        byte[] jpeg = TinyJpeg.OfShade(90);
        var sizes = Enumerable.Range(0, jpeg.Length + 1).Select(length => JpegSize.Of(jpeg.AsSpan(0, length))).ToList();

        Assert.Null(sizes[0]);
        Assert.Equal((24, 16), sizes[^1]);
        Assert.True(sizes.SkipWhile(size => size is null).All(size => size == (24, 16)));
    }

    [Theory]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("FFD8FFC00011080000000003")]
    [InlineData("FFD8FFE0FFFF00")]
    [InlineData("FFD8FFE00000FFE00000FFE0")]
    public void What_is_no_jpeg_has_no_size(string hex) => Assert.Null(JpegSize.Of(Convert.FromHexString(hex)));
}
