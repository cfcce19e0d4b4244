using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

public sealed class AutogradTests : NativeTest
{
    [Fact]
    public void Backward_adds_to_the_gradient_until_it_is_forgotten()
    {
        var x = tensor([3.0], [1]).requires_grad_();

        x.square().sum().backward();
        x.square().sum().backward();
        Assert.Equal([12], Values(x.grad!));

        x.grad = null;
        Assert.Null(x.grad);
        x.square().sum().backward();
        Assert.Equal([6], Values(x.grad!));
    }

    [Fact]
    public void A_gradient_cannot_be_assigned()
    {
        var x = tensor([3.0], [1]);

        Assert.Throws<ArgumentException>(() => x.grad = tensor([1.0], [1]));
        Assert.Null(x.grad);
    }

    [Fact]
    public void No_grad_records_nothing_and_ends_with_its_scope()
    {
        var x = tensor([3.0], [1]).requires_grad_();
        using (no_grad())
        {
            using (no_grad())
                Assert.False(x.square().requires_grad);
            Assert.False(x.square().requires_grad);
            x.add_(1);
        }

        Assert.True(x.square().requires_grad);
        Assert.Equal([4], Values(x.detach()));
    }

    [Fact]
    public void No_grad_is_of_its_thread_only()
    {
        using var none = no_grad();
        var recorded = false;

        var thread = new Thread(() =>
        {
            using var scope = NewDisposeScope();
            recorded = tensor([1.0], [1]).requires_grad_().square().requires_grad;
        });
        thread.Start();
        thread.Join();

        Assert.True(recorded);
    }

    [Fact]
    public void A_detached_tensor_passes_no_gradient()
    {
        var x = tensor([3.0], [1]).requires_grad_();

        (x * x.detach()).sum().backward();

        Assert.Equal([3], Values(x.grad!));
    }

    [Fact]
    public void Backward_without_a_graph_fails()
    {
        var failure = Assert.Throws<TorchException>(() => tensor([3.0], [1]).sum().backward());

        Assert.Contains("does not require grad", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Functions => ["add", "sub", "mul", "div", "square", "sqrt", "abs", "pow", "mean", "sum",
        "relu", "max_pool", "avg_pool", "bicubic", "conv", "cat", "views", "bmm", "std", "where", "clamped"];

    /// <summary>Central differences: the functions are smooth around these numbers, so the error is of the order of the step squared.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Gradient_agrees_with_finite_differences(string name)
    {
        var function = Function(name);
        var start = Random(21, float64, 1, 2, 4, 4) + 2.5;
        var gradient = Values(GradientOf(start, function, seed: 22));

        var numbers = Values(start);
        const double step = 1e-5;
        for (var i = 0; i < numbers.Length; i++)
        {
            var slope = (At(i, step) - At(i, -step)) / (2 * step);
            Assert.True(Math.Abs(slope - gradient[i]) < 1e-7 * Math.Max(1, Math.Abs(slope)), $"{name}[{i}]: {gradient[i]}, differences {slope}");
        }

        double At(int index, double by)
        {
            using var scope = NewDisposeScope();
            double[] moved = [.. numbers];
            moved[index] += by;
            var output = function(tensor(moved, [1, 2, 4, 4]));
            return (output * Random(22, float64, output.shape)).sum().ToDouble();
        }
    }

    static Func<Tensor, Tensor> Function(string name)
    {
        var other = Random(23, float64, 1, 2, 4, 4) + 1.5;
        return name switch
        {
            "add" => x => x + other * x + 2,
            "sub" => x => other - x,
            "mul" => x => x * other * 3,
            "div" => x => other / x / 2,
            "square" => x => x.square(),
            "sqrt" => x => x.sqrt(),
            "abs" => x => (x - 10).abs(),
            "pow" => x => x.pow(1.25),
            "mean" => x => x.square().mean([1, 2, 3]) + x.mean(),
            "sum" => x => x.square().sum([2], keepdim: true),
            "relu" => x => functional.relu(x - 2.5),
            "max_pool" => x => functional.max_pool2d(x, 2, 2),
            "avg_pool" => x => functional.avg_pool2d(x, 2, 2),
            "bicubic" => x => functional.interpolate(x, [7, 5]),
            "conv" => x => functional.conv2d(x, Random(24, float64, 3, 2, 3, 3), Random(25, float64, 3), padding: 1),
            "cat" => x => cat([x, stack([x.flatten(), x.flatten()]).reshape(1, 4, 4, 4)], 1),
            "views" => x => x.transpose(2, 3).narrow(1, 0, 1).flip(2).expand(2, 1, 4, 4).permute(1, 0, 2, 3),
            "bmm" => x => bmm(x.flatten(2), x.flatten(2).transpose(1, 2)),
            "std" => x => x.std(),
            "where" => x => where(x.lt(other), x.square(), x),
            "clamped" => x => x.clone().clamp_(tensor([2.0], [1]), tensor([3.0], [1])),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not a function"),
        };
    }
}
