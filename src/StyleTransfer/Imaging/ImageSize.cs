namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The size of an image in pixels, as it is seen (after its EXIF orientation).</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Width times height.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>The longer of the two sides, in pixels.</summary>
    public int LongSide => Math.Max(Width, Height);

    /// <summary>The size of the same image turned by 90 degrees.</summary>
    public ImageSize Turned => new(Height, Width);

    /// <summary>The form <c>640x480</c>.</summary>
    public override string ToString() => $"{Width}x{Height}";
}
