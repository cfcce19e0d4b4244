using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Golden;

/// <summary>The gradient of the first step against the reference's, which is stored in single precision.</summary>
[Collection(nameof(Engine))]
public sealed class GoldenGradientTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void First_gradient_agrees(string name)
    {
        var golden = GoldenCase.Load(name);
        var expected = golden.FirstGradient();

        AssertClose(expected, Gradient(golden, float64), 1e-7);
        // A maximum or a ReLU at a near tie goes the other way in single precision, and moves a whole gradient from pixel to pixel.
        AssertClose(expected, Gradient(golden, float32), 5e-3);
    }

    static double[] Gradient(GoldenCase golden, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var network = new Vgg19(Engine.Seeded(golden.WeightsSeed), precision, CPU);
        var cell = golden.Cell();
        var space = new ImageSpace(cell.Recipe.Space);
        using var objective = Scenes.Objective(network, [cell]);
        var image = InitialImage.Of(cell, cell.Plan.Size, space, precision, CPU);
        objective.Evaluate(image, withGradient: true);
        return image.grad!.to(float64).ToArray<double>();
    }

    static void AssertClose(float[] expected, double[] actual, double relative)
    {
        var norm = Math.Sqrt(expected.Sum(value => (double)value * value));
        var difference = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum());
        Assert.True(difference <= relative * norm, $"L2 of the difference is {difference / norm:E2} of the gradient's, allowed {relative:E0}");
    }
}
