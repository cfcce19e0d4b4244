using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StyleFarm.Torch.Tests;

/// <summary>
/// A test of native tensors. It runs in a dispose scope of its own and fails when it leaves a tensor or a convolution behind: the counts
/// are of the whole process, which is why this assembly's tests run one after another.
/// </summary>
public abstract class NativeTest : IDisposable
{
    readonly long _tensors = Tensor.TotalCount;
    readonly long _convolutions = FrozenConv2d.TotalCount;
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.Equal(_tensors, Tensor.TotalCount);
        Assert.Equal(_convolutions, FrozenConv2d.TotalCount);
    }

    /// <summary>Numbers in ±1 that depend on the seed alone.</summary>
    protected static double[] Numbers(int seed, long count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    protected static Tensor Random(int seed, ScalarType type, params long[] shape) =>
        tensor(Numbers(seed, shape.Aggregate(1L, (product, side) => product * side)), shape).to(type);

    protected static double[] Values(Tensor tensor) => tensor.to(float64).ToArray<double>();

    /// <summary>The difference of two tensors in the L2 norm, as a part of the first one's.</summary>
    protected static double Distance(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var (e, a) = (Values(expected), Values(actual));
        var norm = Math.Sqrt(e.Sum(value => value * value));
        var difference = Math.Sqrt(e.Zip(a, (x, y) => (x - y) * (x - y)).Sum());
        return norm > 0 ? difference / norm : difference;
    }

    protected static void AssertClose(Tensor expected, Tensor actual, double relative, string what)
    {
        var distance = Distance(expected, actual);
        Assert.True(distance <= relative, $"{what}: L2 of the difference is {distance:E2} of the expected one's, allowed {relative:E0}");
    }

    /// <summary>d(sum of output·seed)/d(input), with an output gradient that is different everywhere.</summary>
    protected static Tensor GradientOf(Tensor input, Func<Tensor, Tensor> function, int seed)
    {
        using var leaf = input.detach().clone().requires_grad_().DetachFromDisposeScope();
        var output = function(leaf);
        (output * Random(seed, output.dtype, output.shape)).sum().backward();
        return leaf.grad!;
    }
}
