using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Losses;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What one cell's taps are compared with in one pass.</summary>
sealed class CellTargets : IDisposable
{
    CellTargets(Dictionary<Tap, Tensor> content, Dictionary<Tap, Tensor> grams) => (Content, Grams) = (content, grams);

    /// <summary>1×C×H×W of each content tap, in the type of the losses.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Content { get; }

    /// <summary>1×C×C of each style tap, the blend of the styles.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Grams { get; }

    /// <summary>Runs the network over a cell's content and style images at the sizes of its pass.</summary>
    public static CellTargets Of(RenderContext context, CellState state)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (cell, plan, recipe, type) = (state.Cell, state.Plan, context.Recipe, context.LossType);
        var content = Run(cell.Content.At(plan.Size), recipe.Content).ToDictionary(entry => entry.Key, entry => entry.Value.to(type));
        var grams = new Dictionary<Tap, Tensor>();
        for (var i = 0; i < cell.Styles.Length; i++)
            foreach (var (tap, features) in Run(cell.Styles[i].Image.At(plan.StyleSizes[i]), recipe.Style))
            {
                var gram = GramMatrix.Of(features, recipe.Gram).to(type) * cell.Styles[i].Share;
                grams[tap] = grams.TryGetValue(tap, out var sum) ? sum + gram : gram;
            }

        foreach (var tensor in content.Values.Concat(grams.Values)) tensor.DetachFromDisposeScope();
        return new CellTargets(content, grams);

        Dictionary<Tap, Tensor> Run(RgbImage image, ValueList<TapWeight> taps) => context.Network.Forward(
            context.Space.NetworkInput(context.Space.FromPixels(image, type, context.Network.Device)),
            taps.Select(weight => weight.Tap).ToHashSet(), recipe.Pooling);
    }

    public void Dispose()
    {
        foreach (var tensor in Content.Values.Concat(Grams.Values)) tensor.Dispose();
    }
}
