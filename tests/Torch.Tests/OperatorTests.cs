using static StyleFarm.Torch.torch;

namespace StyleFarm.Torch.Tests;

/// <summary>Known answers: each is small enough to be worked out in the head.</summary>
public sealed class OperatorTests : NativeTest
{
    static Tensor Vector(params double[] values) => tensor(values, [values.Length]);

    static Tensor Matrix() => tensor([1.0, 2, 3, 4, 5, 6], [2, 3]);

    [Fact]
    public void Arithmetic_of_two_tensors()
    {
        var (a, b) = (Vector(6, 8), Vector(2, -4));

        Assert.Equal([8, 4], Values(a + b));
        Assert.Equal([4, 12], Values(a - b));
        Assert.Equal([12, -32], Values(a * b));
        Assert.Equal([3, -2], Values(a / b));
        Assert.Equal([0, 1], Values(b.lt(Vector(2, 0)).to(float64)));
    }

    [Fact]
    public void Arithmetic_with_a_number()
    {
        var a = Vector(6, 8);

        Assert.Equal([7, 9], Values(a + 1));
        Assert.Equal([5, 7], Values(a - 1));
        Assert.Equal([3, 4], Values(a * 0.5));
        Assert.Equal([3, 4], Values(0.5 * a));
        Assert.Equal([1.5, 2], Values(a / 4));
        Assert.Equal([36, 64], Values(a.pow(2)));
    }

    [Fact]
    public void Operands_broadcast()
    {
        var sum = Matrix() + tensor([10.0, 20], [2, 1]);

        Assert.Equal([11, 12, 13, 24, 25, 26], Values(sum));
    }

    [Fact]
    public void Functions_of_each_element()
    {
        Assert.Equal([4, 9], Values(Vector(-2, 3).square()));
        Assert.Equal([2, 3], Values(Vector(4, 9).sqrt()));
        Assert.Equal([2, 3], Values(Vector(-2, 3).abs()));
        Assert.Equal([1, 0, 0], Values(Vector(1, double.NaN, double.NegativeInfinity).isfinite().to(float64)));
    }

    [Fact]
    public void Reductions_to_one_number()
    {
        var m = Matrix();

        Assert.Equal(21, m.sum().ToDouble());
        Assert.Equal(3.5, m.mean().ToDouble());
        Assert.Equal(6, m.max().ToDouble());
        Assert.Equal(1, m.min().ToDouble());
        Assert.Equal(Math.Sqrt(3.5), m.std().ToDouble(), 1e-14);
        Assert.Equal(Math.Sqrt(17.5 / 6), m.std(unbiased: false).ToDouble(), 1e-14);
        Assert.Equal(1, m.isfinite().all().ToDouble());
        Assert.Equal(0, m.lt(Vector(9, 9, 5)).all().ToDouble());
    }

    [Fact]
    public void Reductions_along_dimensions()
    {
        var m = Matrix();

        Assert.Equal([5, 7, 9], Values(m.sum([0])));
        Assert.Equal([2, 5], Values(m.mean([1])));
        Assert.Equal([2, 1], m.mean([-1], keepdim: true).shape);
        Assert.Equal([21], Values(m.sum([0, 1], keepdim: true)));
    }

    [Fact]
    public void Products_of_matrices()
    {
        var m = Matrix();

        Assert.Equal([14, 32, 32, 77], Values(m.matmul(m.transpose(0, 1))));
        var batch = stack([m, m * 2]);
        Assert.Equal([14, 32, 32, 77, 56, 128, 128, 308], Values(bmm(batch, batch.transpose(1, 2))));
    }

    [Fact]
    public void In_place_operations_change_their_tensor_and_return_it()
    {
        var a = Vector(1, 2);

        Assert.Same(a, a.add_(1));
        Assert.Equal([2, 3], Values(a));
        Assert.Equal([4, 6], Values(a.mul_(2)));
        Assert.Equal([8, 18], Values(a.mul_(Vector(2, 3))));
        Assert.Equal([4, 6], Values(a.div_(Vector(2, 3))));
        Assert.Equal([3, 2], Values(a.add_(Vector(2, 8), -0.5)));
        Assert.Equal([23, 62], Values(a.addcmul_(Vector(2, 3), Vector(5, 10), 2)));
        Assert.Equal([22, 60], Values(a.addcdiv_(Vector(2, 6), Vector(4, 6), -2)));
        Assert.Equal([22, 5], Values(a.clamp_(Vector(1), Vector(22, 5))));
        Assert.Equal([3, 3], Values(a.fill_(3)));
    }

    [Fact]
    public void In_place_product_takes_a_rate_for_each_image()
    {
        var images = zeros([2, 1, 1, 2], float64);

        images.addcmul_(ones([2, 1, 1, 2], float64), tensor([0.5, 2.0], [2, 1, 1, 1]), -1);

        Assert.Equal([-0.5, -0.5, -2, -2], Values(images));
    }

    [Fact]
    public void Where_takes_from_either_side()
    {
        var (a, b) = (Vector(1, 5), Vector(4, 2));

        Assert.Equal([1, 2], Values(where(a.lt(b), a, b)));
    }

    [Fact]
    public void Views_reorder_without_changing()
    {
        var m = Matrix();

        Assert.Equal([1, 4, 2, 5, 3, 6], Values(m.transpose(0, 1)));
        Assert.Equal([3, 2], m.reshape(3, 2).shape);
        Assert.Equal([3, 2], m.reshape(-1, 2).shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], Values(m.permute(1, 0)));
        Assert.Equal([2, 3, 5, 6], Values(m.narrow(1, 1, 2)));
        Assert.Equal([6, 5, 4, 3, 2, 1], Values(m.flip(0, 1)));
        Assert.Equal([6], m.flatten().shape);
        Assert.Equal([1, 2, 3], Values(m.narrow(0, 0, 1).flatten()));
        Assert.Equal([2, 2, 3], m.reshape(1, 2, 3).expand(2, 2, 3).shape);
        Assert.Equal([2, 12], zeros([2, 3, 2, 2]).flatten(1).shape);
    }

    [Fact]
    public void Tensors_join_along_an_old_or_a_new_dimension()
    {
        var (a, b) = (Vector(1, 2), Vector(3, 4));

        Assert.Equal([1, 2, 3, 4], Values(cat([a, b])));
        Assert.Equal([1, 3, 2, 4], Values(stack([a, b], dim: 1)));
        Assert.Equal([2, 2], stack([a, b]).shape);
    }
}
