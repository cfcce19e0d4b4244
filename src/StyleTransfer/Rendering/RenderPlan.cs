using System.Collections.Immutable;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>One pass at one size.</summary>
/// <param name="Size">Of the optimised image and of the content image.</param>
/// <param name="StyleSizes">Of each style image.</param>
/// <param name="Steps">Updates, at least 1; outer iterations for L-BFGS.</param>
/// <param name="Lr">The learning rate before any schedule.</param>
/// <param name="FirstStep">The number of its first update, counted over all passes.</param>
public sealed record RenderPass(ImageSize Size, ImmutableArray<ImageSize> StyleSizes, int Steps, double Lr, int FirstStep);

/// <summary>What a recipe comes to for images of given sizes: the passes, coarse to fine.</summary>
public sealed record RenderPlan
{
    /// <summary>The long side when neither the recipe nor the user names a size; smaller images are left alone.</summary>
    public const int DefaultLongSide = 512;

    RenderPlan(ImmutableArray<RenderPass> passes) => Passes = passes;

    /// <summary>The passes in order; the last has the result's size.</summary>
    public ImmutableArray<RenderPass> Passes { get; }

    /// <summary>The result's size.</summary>
    public ImageSize Size => Passes[^1].Size;

    /// <summary>Updates over all passes.</summary>
    public int Steps => Passes.Sum(pass => pass.Steps);

    /// <summary>Plans a recipe.</summary>
    /// <param name="recipe">A checked recipe.</param>
    /// <param name="content">The content image's own size.</param>
    /// <param name="styles">The style images' own sizes.</param>
    /// <param name="size">The user's wish for the result's size; null: the recipe's, else the default.</param>
    /// <param name="styleSize">The user's wish for the styles' size; null: as for the content.</param>
    /// <exception cref="StyleFarmException">The image is too small for the recipe's deepest tap: BadUsage.</exception>
    public static RenderPlan Of(Recipe recipe, ImageSize content, IReadOnlyList<ImageSize> styles, RecipeSize? size, RecipeSize? styleSize)
    {
        var scales = recipe.Scales;
        var wish = size ?? recipe.Size ?? scales?[^1].Size;
        var final = Resolve(wish, content);
        var finalStyles = styles.Select(style => Resolve(styleSize ?? wish, style)).ToImmutableArray();

        var deepest = recipe.Content.Concat(recipe.Style).Max(weight => weight.Tap);
        foreach (var image in finalStyles.Prepend(final))
            if (!Fits(image, deepest))
                throw StyleFarmException.BadUsage($"an image of {image} pixels is too small: tap {deepest} needs at least "
                    + $"{SmallestSide(deepest)}x{SmallestSide(deepest)}; give a larger --size or use shallower taps");

        var passes = ImmutableArray.CreateBuilder<RenderPass>();
        var first = 0;
        foreach (var scale in scales ?? [new Scale(RecipeSize.Original, recipe.Steps, null)])
        {
            // The sizes of the scales are relative to the last one's, so that --size carries the whole ladder with it.
            var ratio = scales is null ? 1 : (double)scale.Size.LongSide / scales[^1].Size.LongSide;
            var pass = new RenderPass(Scaled(final, ratio), [.. finalStyles.Select(style => Scaled(style, ratio))], scale.Steps,
                scale.Lr ?? recipe.Optimizer.Lr, first);

            // A coarse pass that the deepest tap does not fit into is left out.
            if (!pass.StyleSizes.Prepend(pass.Size).All(image => Fits(image, deepest))) continue;
            passes.Add(pass);
            first += scale.Steps;
        }

        return new RenderPlan(passes.DrainToImmutable());
    }

    static ImageSize Resolve(RecipeSize? wish, ImageSize source) =>
        (wish is { } size ? SizeSpec.Of(size) : SizeSpec.AtMost(DefaultLongSide)).Resolve(source);

    static ImageSize Scaled(ImageSize size, double ratio) =>
        new(Math.Max(1, (int)Math.Round(size.Width * ratio)), Math.Max(1, (int)Math.Round(size.Height * ratio)));

    /// <summary>Whether an image is large enough for a tap.</summary>
    internal static bool Fits(ImageSize size, Tap deepest) => Math.Min(size.Width, size.Height) >= SmallestSide(deepest);

    /// <summary>Each pooling layer halves; total variation needs a neighbour.</summary>
    static int SmallestSide(Tap deepest) => Math.Max(2, 1 << (deepest.Block - 1));
}
