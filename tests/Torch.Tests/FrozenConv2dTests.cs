using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

/// <summary>The frozen convolution against libtorch's own and against autograd's gradient of that.</summary>
public sealed class FrozenConv2dTests : NativeTest
{
    // In bfloat16 both sides round their results, to 2⁻⁹ at worst; the reference is computed in float64 from the rounded numbers.
    static double Tolerance(ScalarType type) => type switch
    {
        ScalarType.Float64 => 1e-13,
        ScalarType.Float32 => 1e-6,
        _ => 4e-3,
    };

    public static MatrixTheoryData<ScalarType, (int N, int In, int Out, int H, int W)> Cases => new(
        [ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16],
        [(1, 3, 8, 1, 1), (1, 3, 16, 3, 5), (2, 3, 64, 17, 31), (3, 16, 5, 3, 5), (1, 64, 64, 17, 31), (5, 7, 3, 4, 9), (2, 32, 48, 1, 1)]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_and_gradient_equal_the_plain_convolution(ScalarType type, (int N, int In, int Out, int H, int W) size)
    {
        var (weight, bias) = (Random(31, type, size.Out, size.In, 3, 3), Random(32, type, size.Out));
        var input = Random(33, type, size.N, size.In, size.H, size.W);
        using var frozen = new FrozenConv2d(weight, bias);

        foreach (var relu in new[] { false, true })
        {
            foreach (var given in new[] { input, input.channels_last() })
            {
                AssertClose(Plain(input.to(float64), relu), frozen.forward(given, relu), Tolerance(type), $"forward, relu {relu}");
                Assert.Equal(type, frozen.forward(given, relu).dtype);
            }

            var expected = GradientOf(input.to(float64), x => Plain(x, relu) * Rounded(relu), seed: 34);
            var actual = GradientOf(input, x => frozen.forward(x, relu) * Rounded(relu).to(type), seed: 34);
            AssertClose(expected, actual, 2 * Tolerance(type), $"gradient, relu {relu}");
        }

        Tensor Plain(Tensor x, bool relu)
        {
            var output = functional.conv2d(x, weight.to(float64), bias.to(float64), padding: 1);
            return relu ? functional.relu(output) : output;
        }

        // Leaves out the outputs so near zero that rounding decides on which side of the ReLU they are.
        Tensor Rounded(bool relu) => where(Plain(input.to(float64), false).abs().lt(full([], relu ? 10 * Tolerance(type) : 0, float64)),
            zeros([1], float64), ones([1], float64));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void Any_odd_kernel_keeps_the_size(int kernel)
    {
        var (weight, bias) = (Random(35, float32, 4, 3, kernel, kernel), zeros([4]));
        var input = Random(36, float32, 2, 3, 9, 11);
        using var frozen = new FrozenConv2d(weight, bias);

        AssertClose(functional.conv2d(input, weight, bias, padding: kernel / 2), frozen.forward(input), 1e-6, "forward");
        AssertClose(GradientOf(input, x => functional.conv2d(x, weight, bias, padding: kernel / 2), 37),
            GradientOf(input, x => frozen.forward(x), 37), 1e-6, "gradient");
    }

    [Fact]
    public void An_oblong_kernel_keeps_the_size()
    {
        var (weight, bias) = (Random(35, float32, 4, 3, 1, 5), zeros([4]));
        using var frozen = new FrozenConv2d(weight, bias);

        Assert.Equal([1, 4, 6, 7], frozen.forward(Random(36, float32, 1, 3, 6, 7)).shape);
    }

    [Fact]
    public void The_weights_may_go_once_it_is_made()
    {
        var weight = Random(38, float32, 4, 3, 3, 3).DetachFromDisposeScope();
        var bias = Random(39, float32, 4).DetachFromDisposeScope();
        var input = Random(40, float32, 1, 3, 5, 5);
        var expected = functional.conv2d(input, weight, bias, padding: 1);

        using var frozen = new FrozenConv2d(weight, bias);
        weight.fill_(0);
        bias.fill_(0);
        weight.Dispose();
        bias.Dispose();

        AssertClose(expected, frozen.forward(input), 1e-6, "after the weights were gone");
    }

    [Fact]
    public void Many_shapes_one_after_another_stay_right()
    {
        var (weight, bias) = (Random(41, float32, 4, 3, 3, 3), Random(42, float32, 4));
        using var frozen = new FrozenConv2d(weight, bias);

        // More than it keeps plans for, then the first ones again.
        foreach (var side in Enumerable.Range(1, 70).Concat([1, 2, 3]))
        {
            using var scope = NewDisposeScope();
            var input = Random(side, float32, 1, 3, side, 2);
            AssertClose(functional.conv2d(input, weight, bias, padding: 1), frozen.forward(input), 1e-6, $"height {side}");
        }
    }

    [Fact]
    public void Nothing_is_recorded_without_a_gradient()
    {
        using var frozen = new FrozenConv2d(Random(43, float32, 4, 3, 3, 3), zeros([4]));
        var input = Random(44, float32, 1, 3, 5, 5);

        Assert.False(frozen.forward(input).requires_grad);
        Assert.True(frozen.forward(input.requires_grad_()).requires_grad);
    }

    [Fact]
    public void Threads_share_one_convolution()
    {
        var (weight, bias) = (Random(45, float32, 8, 3, 3, 3), Random(46, float32, 8));
        using var frozen = new FrozenConv2d(weight, bias);

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            var input = Random(i, float32, 1 + i % 3, 3, 6 + i % 5, 7);
            AssertClose(functional.conv2d(input, weight, bias, padding: 1), frozen.forward(input), 1e-6, $"call {i}");
        });
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Another_number_of_channels_or_dimensions_is_refused(ScalarType type)
    {
        using var frozen = new FrozenConv2d(Random(47, type, 4, 3, 3, 3), zeros([4], type));

        Assert.Throws<TorchException>(() => frozen.forward(ones([1, 2, 5, 5], type)));
        Assert.Throws<TorchException>(() => frozen.forward(ones([1, 4, 5, 5], type)));
        Assert.Throws<TorchException>(() => frozen.forward(ones([5, 5], type)));
    }

    [Fact]
    public void A_kernel_or_bias_that_does_not_fit_is_refused()
    {
        Assert.Throws<TorchException>(() => new FrozenConv2d(ones([4, 3, 2, 2]), ones([4])));
        Assert.Throws<TorchException>(() => new FrozenConv2d(ones([4, 3]), ones([4])));
        Assert.Throws<TorchException>(() => new FrozenConv2d(ones([4, 3, 3, 3]), ones([3])));
    }

    [Fact]
    public void Live_convolutions_are_counted()
    {
        var before = FrozenConv2d.TotalCount;
        using (new FrozenConv2d(ones([4, 3, 3, 3]), ones([4])))
            Assert.Equal(before + 1, FrozenConv2d.TotalCount);

        Assert.Equal(before, FrozenConv2d.TotalCount);
    }
}
