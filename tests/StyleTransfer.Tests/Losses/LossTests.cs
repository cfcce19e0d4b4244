using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Losses;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Losses;

/// <summary>Each form of each loss against plain loops, on odd sizes, for batches with shared and with separate targets.</summary>
[Collection(nameof(Engine))]
public sealed class LossTests : IDisposable
{
    readonly long _tensors = Tensor.TotalCount;
    readonly Torch.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<int, int, int> Sizes => new() { { 1, 2, 2 }, { 3, 5, 7 }, { 8, 2, 9 }, { 5, 17, 3 } };

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.Equal(_tensors, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Content_agrees_with_the_reference(int channels, int height, int width)
    {
        var (images, targets) = (Batch(1, 3, channels, height, width), Batch(10, 3, channels, height, width));
        foreach (var form in Enum.GetValues<ContentForm>())
        {
            var separate = ContentLoss.Of(Stacked(images), Stacked(targets), form).ToArray<double>();
            var shared = ContentLoss.Of(Stacked(images), Stacked(targets[..1]), form).ToArray<double>();
            for (var i = 0; i < images.Length; i++)
            {
                AssertClose(LossReference.Content(images[i], targets[i], form), separate[i], $"{form}");
                AssertClose(LossReference.Content(images[i], targets[0], form), shared[i], $"{form}, shared target");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gram_matrix_agrees_with_the_reference(int channels, int height, int width)
    {
        var images = Batch(2, 2, channels, height, width);
        foreach (var form in Enum.GetValues<GramForm>())
        {
            var grams = GramMatrix.Of(Stacked(images), form);
            Assert.Equal([2, channels, channels], grams.shape);
            double[] expected = [.. images.SelectMany(image => LossReference.Gram(image, form))];
            foreach (var (e, a) in expected.Zip(grams.ToArray<double>())) AssertClose(e, a, $"{form}");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Style_agrees_with_the_reference(int channels, int height, int width)
    {
        var images = Batch(3, 3, channels, height, width);
        // The style image may have any other size: only its Gram matrix counts.
        var styles = Batch(30, 3, channels, height + 2, width + 5);
        foreach (var gram in Enum.GetValues<GramForm>())
            foreach (var form in Enum.GetValues<StyleForm>())
            {
                var targets = GramMatrix.Of(Stacked(styles), gram);
                var actual = StyleLoss.Of(Stacked(images), targets, gram, form, 4L * height * width).ToArray<double>();
                var shared = StyleLoss.Of(Stacked(images), targets.narrow(0, 0, 1), gram, form, 4L * height * width).ToArray<double>();
                for (var i = 0; i < images.Length; i++)
                {
                    AssertClose(LossReference.Style(images[i], LossReference.Gram(styles[i], gram), gram, form, 2 * height, 2 * width), actual[i],
                        $"{gram}, {form}");
                    AssertClose(LossReference.Style(images[i], LossReference.Gram(styles[0], gram), gram, form, 2 * height, 2 * width), shared[i],
                        $"{gram}, {form}, shared target");
                }
            }
    }

    [Fact]
    public void Style_of_a_large_image_does_not_overflow()
    {
        // 60000 x 60000 pixels: the square of their count does not fit 63 bits.
        const long pixels = 3_600_000_000;
        var features = full([1, 1, 2, 2], 1, float64);
        var target = zeros([1, 1, 1], float64);

        AssertClose(16 / (36.0 * pixels * pixels), StyleLoss.Of(features, target, GramForm.None, StyleForm.SumOverImage, pixels).ToDouble(), "loss");
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(5, 7)]
    [InlineData(2, 9)]
    [InlineData(17, 3)]
    public void Total_variation_agrees_with_the_reference(int height, int width)
    {
        var images = Batch(4, 3, 3, height, width);
        foreach (var form in Enum.GetValues<TvForm>().Except([TvForm.None]))
        {
            var actual = TotalVariation.Of(Stacked(images), form).ToArray<double>();
            for (var i = 0; i < images.Length; i++)
                AssertClose(LossReference.TotalVariation(images[i], form), actual[i], $"{form}");
        }
    }

    [Fact]
    public void Equal_images_have_no_loss()
    {
        var images = Stacked(Batch(5, 2, 3, 4, 5));

        foreach (var form in Enum.GetValues<ContentForm>())
            Assert.Equal([0, 0], ContentLoss.Of(images, images, form).ToArray<double>());
        foreach (var gram in Enum.GetValues<GramForm>())
            foreach (var form in Enum.GetValues<StyleForm>())
                Assert.Equal([0, 0], StyleLoss.Of(images, GramMatrix.Of(images, gram), gram, form, 20).ToArray<double>());
        foreach (var form in Enum.GetValues<TvForm>().Except([TvForm.None]))
            Assert.Equal([0], TotalVariation.Of(full([1, 3, 4, 5], 0.3, float64), form).ToArray<double>());
    }

    static Planes[] Batch(int seed, int count, int channels, int height, int width)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new Planes(channels, height, width,
            [.. Enumerable.Range(0, channels * height * width).Select(_ => 4 * random.NextDouble() - 1)]))];
    }

    static Tensor Stacked(Planes[] images) =>
        stack([.. images.Select(image => tensor(image.Values, [image.Channels, image.Height, image.Width]))]);

    static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Max(Math.Abs(expected), 1e-3), $"{what}: {actual:R}, expected {expected:R}");
}
