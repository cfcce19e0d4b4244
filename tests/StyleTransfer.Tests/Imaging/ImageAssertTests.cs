using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class ImageAssertTests
{
    [Fact]
    public void Close_within_the_tolerance_passes() => ImageAssert.Close([1, 2, 3], [1.5f, 2, 2.5f], 1, 1, 0.5f);

    [Fact]
    public void Close_beyond_the_tolerance_names_the_worst_pixel_and_three_files()
    {
        var expected = Pictures.Solid(4, 3, 100, 100, 100);
        var actual = Pictures.Solid(4, 3, 100, 100, 100);
        actual.Pixels[3 * (1 * 4 + 2) + 1] = 104;
        actual.Pixels[0] = 101.5f;

        var error = Assert.Throws<ImageMismatchException>(() => ImageAssert.Close(expected, actual, 1, "image-assert"));

        Assert.StartsWith("2 of 36 values differ by more than 1; worst at x=2, y=1, G: expected 100, got 104", error.Message);
        foreach (var kind in new[] { "actual", "expected", "diff" })
        {
            var path = Checkout.PathOf("artifacts", "test-images", $"image-assert.{kind}.png");
            Assert.Contains(path, error.Message);
            Assert.True(File.Exists(path));
        }
        var diff = ImageFile.Load(Checkout.PathOf("artifacts", "test-images", "image-assert.diff.png"), SizeSpec.Original).Pixels;
        Assert.Equal([128, 255, 128], diff[18..21]);
    }

    [Fact]
    public void Not_a_number_and_other_sizes_fail()
    {
        Assert.Throws<ImageMismatchException>(() => ImageAssert.Close([1, 2, 3], [1, float.NaN, 3], 1, 1, 1000));
        Assert.Throws<ImageMismatchException>(() => ImageAssert.Close(Pictures.Noise(2, 3), Pictures.Noise(3, 2), 1000));
    }
}
