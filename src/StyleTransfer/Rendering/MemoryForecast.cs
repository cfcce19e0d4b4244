using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// What a batch will hold on its device at the worst moment, counted before anything is allocated. Checked against the measured peak in
/// tests and in bench/.
/// </summary>
/// <param name="WeightsBytes">The network's convolutions, for both directions.</param>
/// <param name="TargetsBytes">Content activations and Gram matrices.</param>
/// <param name="ActivationsBytes">What the forward pass keeps for the way back.</param>
/// <param name="TransientBytes">The largest gradients in flight at once, above what has been freed by then.</param>
/// <param name="StateBytes">Images, step rule, best images and the divergence guard's copies.</param>
public sealed record MemoryForecast(long WeightsBytes, long TargetsBytes, long ActivationsBytes, long TransientBytes, long StateBytes)
{
    /// <summary>All together.</summary>
    public long TotalBytes => WeightsBytes + TargetsBytes + ActivationsBytes + TransientBytes + StateBytes;

    /// <summary>The forecast of the pass that needs most.</summary>
    /// <param name="recipe">The recipe that all cells share.</param>
    /// <param name="plan">Its passes.</param>
    /// <param name="precision">Of the network.</param>
    /// <param name="cells">The batch size, at least 1.</param>
    public static MemoryForecast Of(Recipe recipe, RenderPlan plan, Torch.torch.ScalarType precision, int cells)
    {
        var element = precision switch
        {
            Torch.torch.ScalarType.Float64 => 8,
            Torch.torch.ScalarType.BFloat16 => 2,
            _ => 4,
        };
        var loss = Math.Max(4, element);
        return plan.Passes.Select(pass => OfPass(recipe, pass.Size, element, loss, cells)).MaxBy(forecast => forecast.TotalBytes)!;
    }

    static MemoryForecast OfPass(Recipe recipe, ImageSize size, int element, int loss, int cells)
    {
        var taps = recipe.Content.Concat(recipe.Style).Select(weight => weight.Tap).ToHashSet();
        var deepest = taps.Max().Position;
        long image = cells * 3L * size.Pixels * loss;
        long weights = 0, activations = 0, highest = 0;
        for (var layer = 0; layer <= deepest; layer++)
        {
            var (conv, relu) = VggTopology.Taps(layer);
            weights += 2L * VggLayer.All[layer].WeightCount * element;
            var output = cells * Elements(conv, size) * element;
            var goesOn = layer < deepest || taps.Contains(relu);
            var copies = taps.Contains(conv) && goesOn ? 2 : 1;
            activations += copies * output;
            if (layer < deepest && VggTopology.EndsBlock(layer))
                activations += output / 4 + (recipe.Pooling == Pooling.Max ? output / 4 / element * 8 : 0);

            // On the way back a layer holds its output's gradient before and after the ReLU and its input's; the layers above are free.
            var tapped = taps.Contains(conv) || taps.Contains(relu);
            highest = Math.Max(highest, activations + output * (tapped ? 3 : 2) + (tapped && element == 2 ? 2 * output : 0));
        }

        long targets = recipe.Content.Sum(weight => cells * Elements(weight.Tap, size) * loss)
            + recipe.Style.Sum(weight => cells * 3L * weight.Tap.Channels * weight.Tap.Channels * loss);
        return new MemoryForecast(weights, targets, activations, highest - activations, StateOf(recipe, image));
    }

    static long StateOf(Recipe recipe, long image)
    {
        var slots = recipe.Optimizer.Kind switch
        {
            OptimizerKind.Adam or OptimizerKind.AdamTf => 2,
            OptimizerKind.Rmsprop => 1,
            OptimizerKind.Sgd => recipe.Optimizer.Momentum == 0 ? 0 : 1,
            // SciPy's arithmetic is in float64: pairs of steps and gradient differences, and a few vectors of work.
            _ => 2 * (2 * recipe.Optimizer.Memory + 6),
        };
        var state = image * (1 + slots + (recipe.Keep == Keep.Best ? 1 : 0));
        const int stateAndTwoGuardCopies = 3;
        return recipe.Optimizer.Kind == OptimizerKind.Lbfgs ? state : stateAndTwoGuardCopies * state + 2 * image;
    }

    static long Elements(Tap tap, ImageSize size) =>
        (long)tap.Channels * VggTopology.SideAt(tap, size.Width) * VggTopology.SideAt(tap, size.Height);
}
