using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Losses;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering.Targets;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// The weighted sum of content loss, style loss and total variation (Gatys et al. 2016, equation 7) of N images at once. The images
/// share taps and forms; each has its own weights and targets. VGG19 has no batch statistics, so the images do not touch each other.
/// </summary>
sealed class StyleObjective : IDisposable
{
    readonly Vgg19 _network;
    readonly ImageSpace _space;
    readonly IReadOnlyList<RenderCell> _cells;
    readonly Recipe _recipe;
    readonly PassTargets _targets;
    readonly HashSet<Tap> _taps;
    readonly ScalarType _type;
    readonly Dictionary<Tap, Tensor> _contentWeights;
    readonly Dictionary<Tap, Tensor> _styleWeights;
    readonly Tensor _tvWeights;

    /// <summary>The objective of one pass. Takes over the targets.</summary>
    public StyleObjective(Vgg19 network, IReadOnlyList<RenderCell> cells, PassTargets targets, ImageSpace space, ScalarType type)
    {
        (_network, _space, _cells, _recipe, _targets, _type) = (network, space, cells, cells[0].Recipe, targets, type);
        _taps = [.. _recipe.Content.Concat(_recipe.Style).Select(weight => weight.Tap)];
        _contentWeights = Weights(recipe => recipe.Content, recipe => recipe.ContentWeight);
        _styleWeights = Weights(recipe => recipe.Style, recipe => recipe.StyleWeight);
        _tvWeights = Vector(cells.Select(cell => cell.Recipe.TvForm == TvForm.None ? 0 : cell.Recipe.TvWeight));
        Parts = [.. _contentWeights.Keys.Select(tap => $"content/{tap}"), .. _styleWeights.Keys.Select(tap => $"style/{tap}")];

        Dictionary<Tap, Tensor> Weights(Func<Recipe, ValueList<TapWeight>> taps, Func<Recipe, double> whole) =>
            taps(_recipe).Select(weight => weight.Tap).Order().ToDictionary(tap => tap, tap => Vector(cells.Select(cell =>
                whole(cell.Recipe) * taps(cell.Recipe).First(weight => weight.Tap == tap).Weight)));

        Tensor Vector(IEnumerable<double> values)
        {
            double[] all = [.. values];
            using var exact = tensor(all, [all.Length]).DetachFromDisposeScope();
            return exact.to(type, network.Device).DetachFromDisposeScope();
        }
    }

    /// <summary>The names of the rows after the first four (content, style, total variation, total).</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>The objective of some of the cells, at least one.</summary>
    public StyleObjective Rows(IReadOnlyList<int> rows) =>
        new(_network, [.. rows.Select(row => _cells[row])], _targets.Rows(rows), _space, _type);

    /// <summary>The losses of N images: (4 + parts)×N, weighted. With a gradient wanted, the image's gradient is there afterwards.</summary>
    /// <param name="image">N×3×H×W in the recipe's space, in the type of the losses.</param>
    /// <param name="withGradient">Whether to run backward, into a gradient that was forgotten before.</param>
    public Tensor Evaluate(Tensor image, bool withGradient)
    {
        using var scope = NewDisposeScope();
        using var mode = withGradient ? null : no_grad();
        image.requires_grad = withGradient;
        var features = _network.Forward(_space.NetworkInput(image), _taps, _recipe.Pooling);
        var pixels = image.shape[2] * image.shape[3];

        var content = _contentWeights
            .Select(weight => ContentLoss.Of(features[weight.Key].to(_type), _targets.Content[weight.Key], _recipe.ContentForm) * weight.Value)
            .ToList();
        var style = _styleWeights
            .Select(weight => StyleLoss.Of(features[weight.Key], _targets.Grams[weight.Key], _recipe.Gram, _recipe.StyleForm, pixels) * weight.Value)
            .ToList();
        var contentSum = Sum(content);
        var styleSum = Sum(style);
        var tv = _recipe.TvForm == TvForm.None ? zeros_like(contentSum) : TotalVariation.Of(image, _recipe.TvForm) * _tvWeights;
        var total = contentSum + styleSum + tv;
        if (withGradient)
        {
            total.sum().backward();
            image.requires_grad = false;
        }

        return stack([contentSum, styleSum, tv, total, .. content, .. style]).detach().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _targets.Dispose();
        foreach (var weight in _contentWeights.Values.Concat(_styleWeights.Values)) weight.Dispose();
        _tvWeights.Dispose();
    }

    static Tensor Sum(List<Tensor> parts) => parts.Aggregate((sum, part) => sum + part);
}
