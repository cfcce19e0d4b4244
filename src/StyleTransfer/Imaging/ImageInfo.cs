namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>What the header of an image file says.</summary>
/// <param name="Size">The size after the EXIF orientation.</param>
/// <param name="Format">The format by content, whatever the extension.</param>
/// <param name="Bands">Samples per pixel as the decoder delivers them: 1 grey, 3 RGB, 4 CMYK, and one more with alpha.</param>
/// <param name="HasAlpha">Whether the last band is alpha.</param>
/// <param name="BitDepth">Bits per sample as the decoder delivers them: 8 or 16 (palettes and 1, 2 or 4 bits come as 8).</param>
/// <param name="Pages">Pages or frames in the file, 1 or more; only the first is ever loaded.</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8.</param>
public sealed record ImageInfo(
    ImageSize Size, ImageFormat Format, int Bands, bool HasAlpha, int BitDepth, int Pages, int Orientation);
