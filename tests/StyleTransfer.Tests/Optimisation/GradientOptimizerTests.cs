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

        Run(spec, images, Moments(images), gradients, 0, Steps);
        for (var i = 0; i < expected.Length; i++)
            expected[i] = Reference(spec, Rates[i / 6], expected[i], [.. gradients.Select(gradient => gradient[i])]);

        foreach (var (e, a) in expected.Zip(images.ToArray<double>()))
            Assert.True(Math.Abs(e - a) <= 1e-11 * Math.Max(1, Math.Abs(e)), $"{spec.Kind}, seed {seed}: {a:R}, expected {e:R}");
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Images_at_different_steps_move_as_each_does_alone(OptimizerSpec spec)
    {
        const int ahead = 20;
        var gradients = Gradients(9).ToArray();
        var images = tensor(Start(9), Shape).to(float32);
        var moments = Moments(images);
        var (alone, aloneMoments) = (images.clone(), Moments(images));
        // The second image stays behind while the first goes ahead; then both go on together.
        Run(spec, images.narrow(0, 0, 1), name => moments(name).narrow(0, 0, 1), gradients, 0, ahead);
        for (var step = 0; step < Steps - ahead; step++)
            Run(spec, images, moments, [[.. gradients[step + ahead].Take(6), .. gradients[step].Skip(6)]], [step + ahead + 1, step + 1]);

        Run(spec, alone.narrow(0, 0, 1), name => aloneMoments(name).narrow(0, 0, 1), gradients, 0, Steps);
        Run(spec, alone.narrow(0, 1, 1), name => aloneMoments(name).narrow(0, 1, 1), [.. gradients.Select(all => all[6..])], 0, Steps - ahead, Rates[1]);

        Assert.Equal(alone.ToBytes(), images.ToBytes());
        foreach (var name in GradientOptimizer.Of(spec).Moments) Assert.Equal(aloneMoments(name).ToBytes(), moments(name).ToBytes());
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

    static Func<string, Tensor> Moments(Tensor images)
    {
        var moments = new[] { "m", "v", "b" }.ToDictionary(name => name, _ => zeros_like(images));
        return name => moments[name];
    }

    /// <summary>Takes the steps from one number to another, each image at its rate.</summary>
    static void Run(OptimizerSpec spec, Tensor images, Func<string, Tensor> moments, double[][] gradients, int from, int to, double? rate = null)
    {
        var count = (int)images.shape[0];
        for (var step = from; step < to; step++)
            Run(spec, images, moments, [gradients[step][..(6 * count)]], [.. Enumerable.Repeat(step + 1, count)], rate);
    }

    /// <summary>Takes one step that is of its own number for each image.</summary>
    static void Run(OptimizerSpec spec, Tensor images, Func<string, Tensor> moments, double[][] gradients, int[] steps, double? rate = null)
    {
        var gradient = tensor(gradients[0], images.shape).to(images.dtype);
        GradientOptimizer.Of(spec).Step(images, gradient, moments, rate is { } one ? [one] : Rates[..steps.Length], steps);
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
