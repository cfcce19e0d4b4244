using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Optimisation;

/// <summary>
/// Adam (Kingma and Ba 2015) in two forms: PyTorch's, where ε stands beside the corrected √v, and TensorFlow's (<c>adam-tf</c>), where it
/// stands beside the raw one.
/// </summary>
sealed class AdamOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    protected override void Update(Tensor images, Tensor gradients, Tensor rates)
    {
        var m = Slot("m", images).mul_(spec.Beta1).add_(gradients, 1 - spec.Beta1);
        var v = Slot("v", images).mul_(spec.Beta2).addcmul_(gradients, gradients, 1 - spec.Beta2);
        var firstCorrection = 1 - Math.Pow(spec.Beta1, StepsDone);
        var secondCorrection = Math.Sqrt(1 - Math.Pow(spec.Beta2, StepsDone));
        if (spec.Kind == OptimizerKind.Adam)
            images.addcmul_(m / (v.sqrt() / secondCorrection).add_(spec.Eps), rates, -1 / firstCorrection);
        else
            images.addcmul_(m / v.sqrt().add_(spec.Eps), rates, -secondCorrection / firstCorrection);
    }
}

/// <summary>RMSprop (Tieleman and Hinton 2012) as PyTorch has it: v ← αv + (1−α)g², x ← x − lr·g/(√v + ε).</summary>
sealed class RmsPropOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    protected override void Update(Tensor images, Tensor gradients, Tensor rates)
    {
        var v = Slot("v", images).mul_(spec.Alpha).addcmul_(gradients, gradients, 1 - spec.Alpha);
        images.addcmul_(gradients / v.sqrt().add_(spec.Eps), rates, -1);
    }
}

/// <summary>Gradient descent: b ← momentum·b + g, x ← x − lr·b.</summary>
sealed class SgdOptimizer(OptimizerSpec spec) : GradientOptimizer
{
    protected override void Update(Tensor images, Tensor gradients, Tensor rates)
    {
        if (spec.Momentum == 0)
            images.addcmul_(gradients, rates, -1);
        else
            images.addcmul_(Slot("b", images).mul_(spec.Momentum).add_(gradients), rates, -1);
    }
}
