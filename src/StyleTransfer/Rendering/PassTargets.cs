using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Losses;
using StyleFarm.StyleTransfer.Network;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What the taps of a batch are compared with in one pass: content activations and style Gram matrices, N of each.</summary>
sealed class PassTargets : IDisposable
{
    PassTargets(Dictionary<Tap, Tensor> content, Dictionary<Tap, Tensor> grams) => (Content, Grams) = (content, grams);

    /// <summary>N×C×H×W of each content tap, in the type of the losses.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Content { get; }

    /// <summary>N×C×C of each style tap, the blend of the cell's styles.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Grams { get; }

    /// <summary>Runs the network over the content and style images of one pass.</summary>
    public static PassTargets Of(Vgg19 network, IReadOnlyList<RenderCell> cells, int pass, ImageSpace space, ScalarType type)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var recipe = cells[0].Recipe;
        var contentTaps = recipe.Content.Select(weight => weight.Tap).ToHashSet();
        var styleTaps = recipe.Style.Select(weight => weight.Tap).ToHashSet();
        var content = contentTaps.ToDictionary(tap => tap, _ => new List<Tensor>());
        var grams = styleTaps.ToDictionary(tap => tap, _ => new List<Tensor>());

        foreach (var cell in cells)
        {
            var size = cell.Plan.Passes[pass];
            foreach (var (tap, features) in Run(cell.Content.At(size.Size), contentTaps))
                content[tap].Add(features.to(type));

            var blend = new Dictionary<Tap, Tensor>();
            for (var i = 0; i < cell.Styles.Length; i++)
                foreach (var (tap, features) in Run(cell.Styles[i].Image.At(size.StyleSizes[i]), styleTaps))
                {
                    var gram = GramMatrix.Of(features, recipe.Gram).to(type) * cell.Styles[i].Share;
                    blend[tap] = blend.TryGetValue(tap, out var sum) ? sum + gram : gram;
                }

            foreach (var (tap, gram) in blend) grams[tap].Add(gram);
        }

        return new PassTargets(Joined(content), Joined(grams));

        Dictionary<Tap, Tensor> Run(Imaging.RgbImage image, HashSet<Tap> taps) =>
            network.Forward(space.NetworkInput(space.FromPixels(image, type, network.Device)), taps, recipe.Pooling);

        static Dictionary<Tap, Tensor> Joined(Dictionary<Tap, List<Tensor>> parts) =>
            parts.ToDictionary(part => part.Key, part => (part.Value.Count == 1 ? part.Value[0] : cat(part.Value)).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (var tensor in Content.Values.Concat(Grams.Values)) tensor.Dispose();
    }
}
