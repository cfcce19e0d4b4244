using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Losses;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Rendering.Targets;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Scoring;

/// <summary>A picture and what it was made of.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Content">Its content image.</param>
/// <param name="Styles">Its styles and their shares, at least one.</param>
/// <param name="StyleSizes">The size at which each style's textures are looked at.</param>
public sealed record ScoredPicture(RgbImage Image, IImageSource Content, ImmutableArray<StyleSource> Styles, ImmutableArray<ImageSize> StyleSizes)
{
    /// <summary>The picture of a cell as it stands in a pass.</summary>
    public static ScoredPicture Of(RenderCell cell, int pass, RgbImage image) => new(image, cell.Content, cell.Styles, cell.Plan.Passes[pass].StyleSizes);
}

/// <summary>
/// Measures pictures by losses that are the same for all recipes, as docs/recipes.md defines them: maximum pooling, normalised RGB, content
/// at relu4_2, style over the first ReLU of each block, each loss as a share of what the other image has.
/// </summary>
/// <param name="network">The warm network; stays the caller's.</param>
/// <param name="cache">Keeps what the pictures are compared with; null: nothing is kept.</param>
public sealed class BalancedScorer(Vgg19 network, TargetCache? cache = null)
{
    static readonly TargetForm Form = new(ColourSpace.RgbNorm, Pooling.Max);
    static readonly ImmutableArray<Tap> ContentTaps = [Tap.At(4, 2, isRelu: true), Tap.At(3, 2, isRelu: true), Tap.At(2, 2, isRelu: true), Tap.At(1, 2, isRelu: true)];
    static readonly ImmutableArray<Tap> StyleTaps = [.. Enumerable.Range(1, 5).Select(block => Tap.At(block, 1, isRelu: true))];

    /// <summary>The deepest tap that is looked at.</summary>
    internal static Tap Deepest => StyleTaps[^1];

    /// <summary>The score of each picture; they may differ in size.</summary>
    public IReadOnlyList<BalancedScore> Score(IReadOnlyList<ScoredPicture> pictures)
    {
        using var none = no_grad();
        using var source = new TargetSource(network, cache, Form);
        return [.. pictures.Select(picture => Score(source, picture))];
    }

    BalancedScore Score(TargetSource source, ScoredPicture picture)
    {
        using var scope = NewDisposeScope();
        var size = picture.Image.Size;
        var contentTap = ContentTaps.First(tap => RenderPlan.Fits(size, tap));
        var styleTaps = StyleTaps.Where(tap => picture.StyleSizes.Prepend(size).All(image => RenderPlan.Fits(image, tap))).ToHashSet();

        var own = Activations(picture.Image, [contentTap, .. styleTaps]);
        var content = source.Activations(picture.Content, size, [contentTap])[contentTap];
        var contentLoss = Distance(own[contentTap].to(content.dtype), content);
        var contentOfStyle = picture.Styles.Sum(style =>
            style.Share * Distance(source.Activations(style.Image, size, [contentTap])[contentTap], content));

        var styles = picture.Styles.Zip(picture.StyleSizes, (style, at) => (source.Grams(style.Image, at, styleTaps, GramForm.Chw), style.Share));
        using var target = CellTargetSource.Blend([.. styles]);
        var gramsOfContent = source.Grams(picture.Content, size, styleTaps, GramForm.Chw);
        var styleTerm = styleTaps.Average(tap => Share(Distance(GramMatrix.Of(own[tap], GramForm.Chw), target[tap]), Distance(gramsOfContent[tap], target[tap])));
        return new BalancedScore(Share(contentLoss, contentOfStyle), styleTerm);
    }

    Dictionary<Tap, Tensor> Activations(RgbImage image, HashSet<Tap> taps)
    {
        var space = new ImageSpace(Form.Space);
        var type = network.Precision == float64 ? float64 : float32;
        return network.Forward(space.NetworkInput(space.FromPixels(image, type, network.Device)), taps, Form.Pooling);
    }

    static double Distance(Tensor one, Tensor other) => PerImage.Mean((one - other).square()).ToDouble();

    /// <summary>Where the content image is the style image nothing lies between them, and whatever differs has all of it.</summary>
    static double Share(double loss, double whole) => whole > 0 ? loss / whole : loss > 0 ? 1 : 0;
}
