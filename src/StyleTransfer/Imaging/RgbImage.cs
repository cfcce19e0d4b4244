namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>A decoded image: upright, in sRGB, on the byte scale, in managed memory.</summary>
public sealed class RgbImage
{
    /// <summary>An image over <paramref name="pixels"/>, which it keeps without copying.</summary>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="pixels">Exactly 3 × width × height values.</param>
    public RgbImage(int width, int height, float[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != 3L * width * height)
            throw new ArgumentException(
                $"{pixels.LongLength} values for {width}x{height} RGB, which needs {3L * width * height}", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>Width and height.</summary>
    public ImageSize Size => new(Width, Height);

    /// <summary>
    /// Row after row, R, G, B of each pixel (HWC), 0 to 255. Straight from an 8-bit file the values are whole; a 16-bit sample v is v/257.
    /// </summary>
    public float[] Pixels { get; }

    /// <summary>
    /// Coverage of each pixel, row after row, 0 (clear) to 255 (opaque), or null when there is none. Colours are not premultiplied.
    /// </summary>
    public float[]? Alpha
    {
        get;
        init
        {
            if (value is not null && value.LongLength != Size.Pixels)
                throw new ArgumentException($"{value.LongLength} alpha values for {Size}", nameof(value));
            field = value;
        }
    }

    /// <summary>The source's EXIF block as a TIFF structure (without the <c>Exif\0\0</c> of JPEG), untouched, or null.</summary>
    public byte[]? Exif { get; init; }

    /// <summary>The profile that the source's colours were in, or null.</summary>
    public byte[]? IccProfile { get; init; }

    /// <summary>True when the pixels are still in <see cref="IccProfile"/>'s colours; otherwise they are in sRGB whatever it says.</summary>
    public bool IsInProfile { get; init; }

    /// <summary>The format of the file it came from.</summary>
    public ImageFormat SourceFormat { get; init; }

    /// <summary>Bits per sample of the file it came from: 8 or 16; 0 when it came from none.</summary>
    public int SourceBitDepth { get; init; }

    /// <summary>The upright size of the file it came from, before any resizing.</summary>
    public ImageSize SourceSize { get; init; }
}
