using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>An image that can be had at any size.</summary>
public interface IImageSource
{
    /// <summary>
    /// What tells its pixels from those of any other image at every size, such as the SHA-256 of the file and how it is decoded; what is
    /// computed from it is then kept from batch to batch. Null: nothing is kept.
    /// </summary>
    string? Identity => null;

    /// <summary>The image resized to exactly this size; untouched if it has it.</summary>
    RgbImage At(ImageSize size);
}

/// <summary>A style image and its share in a blend.</summary>
/// <param name="Image">The image.</param>
/// <param name="Share">Above 0; the shares of a cell add up to 1.</param>
public sealed record StyleSource(IImageSource Image, double Share);

/// <summary>One optimisation: content, styles and a fully resolved recipe.</summary>
public sealed record RenderCell
{
    /// <summary>The cell's id, for its reports.</summary>
    public required string Id { get; init; }

    /// <summary>The resolved recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>What the recipe comes to for these images.</summary>
    public required RenderPlan Plan { get; init; }

    /// <summary>What is depicted.</summary>
    public required IImageSource Content { get; init; }

    /// <summary>How it is painted; at least one.</summary>
    public required ImmutableArray<StyleSource> Styles { get; init; }

    /// <summary>The picture to start from, when the recipe's init is a file.</summary>
    public IImageSource? Initial { get; init; }

    /// <summary>Seeds the noise of the initial image.</summary>
    public ulong Seed { get; init; }
}
