using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

/// <summary>The Gram matrix against a flatten and a product, and its gradient against autograd's and finite differences.</summary>
public sealed class GramTests : NativeTest
{
    static double Tolerance(ScalarType type) => type switch
    {
        ScalarType.Float64 => 1e-13,
        ScalarType.Float32 => 1e-6,
        // The sums are in float32; only the gradient is rounded to bfloat16 at the end.
        _ => 4e-3,
    };

    static Tensor Plain(Tensor features)
    {
        var flat = features.flatten(2);
        return bmm(flat, flat.transpose(1, 2));
    }

    public static MatrixTheoryData<ScalarType, (int N, int C, int H, int W)> Cases => new(
        [ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16],
        [(1, 1, 1, 1), (1, 5, 1, 1), (2, 3, 3, 5), (1, 64, 17, 31), (3, 7, 4, 9), (2, 32, 1, 6)]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matrix_and_gradient_equal_the_plain_product(ScalarType type, (int N, int C, int H, int W) size)
    {
        var features = Random(51, type, size.N, size.C, size.H, size.W);
        var exact = features.to(float64);
        var expected = GradientOf(exact, Plain, seed: 52);

        foreach (var given in new[] { features, features.channels_last(), features.transpose(2, 3).contiguous().transpose(2, 3) })
        {
            var gram = functional.gram(given);
            Assert.Equal(type == bfloat16 ? float32 : type, gram.dtype);
            AssertClose(Plain(exact), gram, type == bfloat16 ? 1e-6 : Tolerance(type), "matrix");

            var gradient = GradientOf(given, functional.gram, seed: 52);
            Assert.Equal(type, gradient.dtype);
            AssertClose(expected, gradient, Tolerance(type), "gradient");
        }
    }

    [Fact]
    public void Known_answer()
    {
        var features = tensor([1.0, 2, 3, 4], [1, 2, 1, 2]);

        Assert.Equal([5, 11, 11, 25], Values(functional.gram(features)));
    }

    [Fact]
    public void Gradient_agrees_with_finite_differences()
    {
        var numbers = Numbers(53, 2 * 3 * 2 * 5);
        var gradient = Values(GradientOf(tensor(numbers, [2, 3, 2, 5]), functional.gram, seed: 54));

        const double step = 1e-4;
        for (var i = 0; i < numbers.Length; i++)
            // The sum is quadratic, so central differences have no error but rounding.
            Assert.Equal((At(i, step) - At(i, -step)) / (2 * step), gradient[i], 1e-9);

        double At(int index, double by)
        {
            using var scope = NewDisposeScope();
            double[] moved = [.. numbers];
            moved[index] += by;
            var gram = functional.gram(tensor(moved, [2, 3, 2, 5]));
            return (gram * Random(54, float64, 2, 3, 3)).sum().ToDouble();
        }
    }

    [Fact]
    public void Gradients_of_two_uses_add_up()
    {
        var features = Random(55, float32, 1, 4, 3, 3);

        var expected = GradientOf(features, x => Plain(x * 2) + Plain(x), 56);

        AssertClose(expected, GradientOf(features, x => functional.gram(x * 2) + functional.gram(x), 56), 1e-6, "gradient");
    }
}
