using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Optimisation;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Optimisation;

/// <summary>Fifty steps of each rule against the formulas of docs/recipes.md on bare numbers, each image at its own rate.</summary>
[Collection(nameof(Engine))]
public sealed class GradientOptimizerTests : IDisposable
{
    const int Steps = 50;
    static readonly long[] Shape = [2, 3, 1, 2];
    static readonly double[] Rates = [0.3, 0.002];

    readonly long _tensors = Tensor.TotalCount;
    readonly Torch.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<OptimizerSpec> Specs =>
    [
        new OptimizerSpec { Kind = OptimizerKind.Adam },
        new OptimizerSpec { Kind = OptimizerKind.Adam, Beta1 = 0.5, Beta2 = 0.9, Eps = 0.1 },
        new OptimizerSpec { Kind = OptimizerKind.AdamTf },
        new OptimizerSpec { Kind = OptimizerKind.AdamTf, Beta1 = 0.99, Eps = 0.1 },
        new OptimizerSpec { Kind = OptimizerKind.Rmsprop },
        new OptimizerSpec { Kind = OptimizerKind.Rmsprop, Alpha = 0.9, Eps = 0.01 },
        new OptimizerSpec { Kind = OptimizerKind.Sgd },
        new OptimizerSpec { Kind = OptimizerKind.Sgd, Momentum = 0.9 },
    ];

    public void Dispose()
    {
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.Equal(_tensors, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Steps_agree_with_bare_numbers(OptimizerSpec spec)
    {
        const int seed = 7;
        var expected = Start(seed);
        var images = tensor(expected, Shape);
        var gradients = Gradients(seed).ToArray();
        using var optimizer = GradientOptimizer.Of(spec);

        Run(optimizer, images, gradients, 0, Steps);
        for (var i = 0; i < expected.Length; i++)
            expected[i] = Reference(spec, Rates[i / 6], expected[i], [.. gradients.Select(gradient => gradient[i])]);

        Assert.Equal(Steps, optimizer.StepsDone);
        foreach (var (e, a) in expected.Zip(images.ToArray<double>()))
            Assert.True(Math.Abs(e - a) <= 1e-11 * Math.Max(1, Math.Abs(e)), $"{spec.Kind}, seed {seed}: {a:R}, expected {e:R}");
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_restored_rule_goes_on_to_the_bit(OptimizerSpec spec)
    {
        var gradients = Gradients(8).ToArray();
        var images = tensor(Start(8), Shape).to(float32);
        using var first = GradientOptimizer.Of(spec);
        Run(first, images, gradients, 0, 20);
        var middle = images.clone();
        using var second = GradientOptimizer.Of(spec);
        second.Restore(first.StepsDone, first.State);

        Run(first, images, gradients, 20, Steps);
        Run(second, middle, gradients, 20, Steps);

        Assert.Equal(images.ToBytes(), middle.ToBytes());
        Assert.Equal(first.State.Keys, second.State.Keys);
        foreach (var (name, tensor) in first.State) Assert.Equal(tensor.ToBytes(), second.State[name].ToBytes());
    }

    [Fact]
    public void Lbfgs_is_no_first_order_rule() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientOptimizer.Of(new() { Kind = OptimizerKind.Lbfgs }));

    static double[] Start(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() * 4 - 2)];
    }

    /// <summary>Gradients of very different sizes, some of them zero.</summary>
    static IEnumerable<double[]> Gradients(int seed)
    {
        var random = new Random(seed + 1000);
        for (var step = 0; step < Steps; step++)
            yield return [.. Enumerable.Range(0, 12).Select(i => i == 5 ? 0 : (random.NextDouble() - 0.4) * Math.Pow(10, i - 6))];
    }

    static void Run(GradientOptimizer optimizer, Tensor images, double[][] gradients, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.Step(images, tensor(gradients[step], Shape).to(images.dtype), tensor(Rates, [2, 1, 1, 1]).to(images.dtype));
        }
    }

    static double Reference(OptimizerSpec spec, double lr, double x, double[] gradients)
    {
        double m = 0, v = 0, b = 0;
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            switch (spec.Kind)
            {
                case OptimizerKind.Adam:
                    m = spec.Beta1 * m + (1 - spec.Beta1) * g;
                    v = spec.Beta2 * v + (1 - spec.Beta2) * g * g;
                    x -= lr / (1 - Math.Pow(spec.Beta1, t)) * m / (Math.Sqrt(v) / Math.Sqrt(1 - Math.Pow(spec.Beta2, t)) + spec.Eps);
                    break;
                case OptimizerKind.AdamTf:
                    m = spec.Beta1 * m + (1 - spec.Beta1) * g;
                    v = spec.Beta2 * v + (1 - spec.Beta2) * g * g;
                    x -= lr * Math.Sqrt(1 - Math.Pow(spec.Beta2, t)) / (1 - Math.Pow(spec.Beta1, t)) * m / (Math.Sqrt(v) + spec.Eps);
                    break;
                case OptimizerKind.Rmsprop:
                    v = spec.Alpha * v + (1 - spec.Alpha) * g * g;
                    x -= lr * g / (Math.Sqrt(v) + spec.Eps);
                    break;
                default:
                    b = spec.Momentum * b + g;
                    x -= lr * b;
                    break;
            }
        }

        return x;
    }
}
