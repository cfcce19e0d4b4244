using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Optimisation;

/// <summary>
/// A first-order step rule over N images at once, each with its own learning rate and its own count of steps. The rule itself remembers
/// nothing: the tensors it works on are the caller's. Formulas and their names are those of docs/recipes.md.
/// </summary>
public abstract class GradientOptimizer
{
    /// <summary>The names of its moments: tensors of the images' shape, zero before the first step.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>The rule of a recipe.</summary>
    public static GradientOptimizer Of(OptimizerSpec spec) => spec.Kind switch
    {
        OptimizerKind.Adam or OptimizerKind.AdamTf => new AdamOptimizer(spec),
        OptimizerKind.Rmsprop => new RmsPropOptimizer(spec),
        OptimizerKind.Sgd => new SgdOptimizer(spec),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "not a first-order rule"),
    };

    /// <summary>Moves the images against their gradients, and the moments along, in place.</summary>
    /// <param name="images">N×3×H×W.</param>
    /// <param name="gradients">The same shape.</param>
    /// <param name="moment">The tensor of each of the <see cref="Moments"/>, N×3×H×W.</param>
    /// <param name="rates">The learning rate of each image.</param>
    /// <param name="steps">The number of this step of each image, from 1.</param>
    public void Step(Tensor images, Tensor gradients, Func<string, Tensor> moment, double[] rates, int[] steps)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Update(images, gradients, moment, rates, steps);
    }

    /// <summary>One step.</summary>
    protected abstract void Update(Tensor images, Tensor gradients, Func<string, Tensor> moment, double[] rates, int[] steps);

    /// <summary>A number for each image, N×1×1×1 in the type of the images.</summary>
    protected static Tensor PerImage(IEnumerable<double> values, Tensor images)
    {
        double[] all = [.. values];
        return tensor(all, [all.Length, 1, 1, 1]).to(images.dtype, images.device);
    }
}
