using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

public sealed class FunctionalTests : NativeTest
{
    [Fact]
    public void Conv2d_is_a_cross_correlation_with_zeros_around()
    {
        var image = tensor([1.0, 2, 3, 4], [1, 1, 2, 2]);
        var kernel = tensor([0.0, 0, 0, 0, 1, 10, 0, 100, 1000], [1, 1, 3, 3]);

        var result = functional.conv2d(image, kernel, tensor([0.5], [1]), padding: 1);

        // Each pixel plus ten times its right, a hundred times its lower and a thousand times its lower right neighbour.
        Assert.Equal([1 + 20 + 300 + 4000 + 0.5, 2 + 400 + 0.5, 3 + 40 + 0.5, 4.5], Values(result));
    }

    [Fact]
    public void Conv2d_strides_and_sums_over_channels()
    {
        var image = tensor([.. Enumerable.Range(0, 18).Select(i => (double)i)], [1, 2, 3, 3]);
        var kernel = tensor([1.0, 2], [1, 2, 1, 1]);

        Assert.Equal([18, 24, 36, 42], Values(functional.conv2d(image, kernel, stride: 2)));
    }

    [Fact]
    public void Relu_cuts_below_zero() => Assert.Equal([0, 0, 3], Values(functional.relu(tensor([-2.0, 0, 3], [3]))));

    [Fact]
    public void Pooling_halves_and_drops_the_odd_row_and_column()
    {
        var image = tensor([1.0, 5, 9, 2, 4, 9, 9, 9, 9], [1, 1, 3, 3]);

        Assert.Equal([5], Values(functional.max_pool2d(image, 2, 2)));
        Assert.Equal([3], Values(functional.avg_pool2d(image, 2, 2)));
    }

    [Theory]
    [InlineData(4, 4, 8, 8)]
    [InlineData(5, 7, 13, 9)]
    [InlineData(6, 3, 4, 2)]
    [InlineData(1, 1, 3, 2)]
    public void Interpolate_is_the_cubic_convolution_with_three_quarters(int height, int width, int newHeight, int newWidth)
    {
        var image = Random(11, float64, 1, 1, height, width);

        var resized = functional.interpolate(image, [newHeight, newWidth]);

        var expected = tensor(Bicubic(Values(image), height, width, newHeight, newWidth), [1, 1, newHeight, newWidth]);
        AssertClose(expected, resized, 1e-12, "bicubic");
    }

    static double[] Bicubic(double[] pixels, int height, int width, int newHeight, int newWidth)
    {
        var result = new double[newHeight * newWidth];
        for (var y = 0; y < newHeight; y++)
            for (var x = 0; x < newWidth; x++)
            {
                var (sourceY, sourceX) = ((y + 0.5) * height / newHeight - 0.5, (x + 0.5) * width / newWidth - 0.5);
                var (top, left) = ((int)Math.Floor(sourceY), (int)Math.Floor(sourceX));
                for (var j = -1; j <= 2; j++)
                    for (var i = -1; i <= 2; i++)
                        result[y * newWidth + x] += Kernel(sourceY - top - j) * Kernel(sourceX - left - i)
                            * pixels[Math.Clamp(top + j, 0, height - 1) * width + Math.Clamp(left + i, 0, width - 1)];
            }

        return result;
    }

    static double Kernel(double distance)
    {
        const double a = -0.75;
        var d = Math.Abs(distance);
        return d <= 1 ? (a + 2) * d * d * d - (a + 3) * d * d + 1 : d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
    }
}
