namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>How <see cref="ImageFile.Save"/> writes a file.</summary>
public sealed record SaveOptions
{
    /// <summary>Quality of JPEG (always 4:4:4) and WebP, 1 to 100; PNG and TIFF are lossless.</summary>
    /// <value>Default: 95.</value>
    public int Quality { get; init; } = 95;

    /// <summary>Writes <see cref="RgbImage.Alpha"/> where there is one and the format has alpha (JPEG has none: it is left out).</summary>
    /// <value>Default: false.</value>
    public bool KeepAlpha { get; init; }

    /// <summary>
    /// Writes the source's EXIF with its orientation set to 1 (PNG, JPEG and WebP; TIFF files get none), and, where the source had a
    /// colour profile, an sRGB profile: that is what the pixels are in, so tagging them with the source's own profile would change how
    /// they look, and converting them would round every pixel a second time.
    /// </summary>
    /// <value>Default: false.</value>
    public bool KeepMetadata { get; init; }
}
