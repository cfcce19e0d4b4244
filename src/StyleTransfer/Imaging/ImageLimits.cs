namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>How large an image may be. Checked on the header, before anything is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>The most pixels that a file may decode to, and that may be asked for by a size.</summary>
    /// <value>Default: 200,000,000 (200 megapixels).</value>
    public long MaxPixels { get; init; } = 200_000_000;

    /// <summary>All limits at their defaults.</summary>
    public static ImageLimits Default { get; } = new();
}
