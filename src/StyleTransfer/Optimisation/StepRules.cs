using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Optimisation;

/// <summary>
/// Adam (Kingma and Ba 2015) in two forms: PyTorch's, where ε stands beside the corrected √v, and TensorFlow's (<c>adam-tf</c>), where it
/// stands beside the raw one. The corrections are each image's own, so that images at different steps can move together.
/// </summary>
sealed class AdamOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    public override IReadOnlyList<string> Moments { get; } = ["m", "v"];

    protected override void Update(Tensor images, Tensor gradients, Func<string, Tensor> moment, double[] rates, int[] steps)
    {
        var m = moment("m").mul_(spec.Beta1).add_(gradients, 1 - spec.Beta1);
        var v = moment("v").mul_(spec.Beta2).addcmul_(gradients, gradients, 1 - spec.Beta2);
        var first = steps.Select(step => 1 - Math.Pow(spec.Beta1, step));
        var second = steps.Select(step => Math.Sqrt(1 - Math.Pow(spec.Beta2, step))).ToArray();
        var lengths = rates.Zip(first, (rate, correction) => rate / correction);
        if (spec.Kind == OptimizerKind.Adam)
            images.addcmul_(m / (v.sqrt() / PerImage(second, images)).add_(spec.Eps), PerImage(lengths, images), -1);
        else
            images.addcmul_(m / v.sqrt().add_(spec.Eps), PerImage(lengths.Zip(second, (length, correction) => length * correction), images), -1);
    }
}

/// <summary>RMSprop (Tieleman and Hinton 2012) as PyTorch has it: v ← αv + (1−α)g², x ← x − lr·g/(√v + ε).</summary>
sealed class RmsPropOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    public override IReadOnlyList<string> Moments { get; } = ["v"];

    protected override void Update(Tensor images, Tensor gradients, Func<string, Tensor> moment, double[] rates, int[] steps)
    {
        var v = moment("v").mul_(spec.Alpha).addcmul_(gradients, gradients, 1 - spec.Alpha);
        images.addcmul_(gradients / v.sqrt().add_(spec.Eps), PerImage(rates, images), -1);
    }
}

/// <summary>Gradient descent: b ← momentum·b + g, x ← x − lr·b.</summary>
sealed class SgdOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    public override IReadOnlyList<string> Moments { get; } = spec.Momentum == 0 ? [] : ["b"];

    protected override void Update(Tensor images, Tensor gradients, Func<string, Tensor> moment, double[] rates, int[] steps)
    {
        var descent = spec.Momentum == 0 ? gradients : moment("b").mul_(spec.Momentum).add_(gradients);
        images.addcmul_(descent, PerImage(rates, images), -1);
    }
}
