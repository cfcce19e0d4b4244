using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Image files in and out. All members may be called from any thread.</summary>
public static class ImageFile
{
    /// <summary>
    /// Decodes the first page: upright, in sRGB, at the wanted size. An image that already has the size is not resampled, so an 8-bit
    /// sRGB PNG comes through exactly; anything else is resampled by Lanczos3 and clamped to 0…255.
    /// </summary>
    /// <param name="path">JPEG, PNG, WebP, TIFF, GIF or (where libvips has it) HEIF, whatever the extension says.</param>
    /// <param name="size">The size wanted.</param>
    /// <param name="limits">Null for <see cref="ImageLimits.Default"/>. Checked before anything is decoded.</param>
    /// <param name="convertProfile">Whether the colours of an embedded profile become sRGB, or are taken as they are. CMYK always does.</param>
    /// <exception cref="StyleFarmException">
    /// <see cref="ErrorCode.BadInput"/>: missing, a folder, empty, unreadable, no image, damaged, cut short, too large or of an unsupported
    /// kind. <see cref="ErrorCode.BadUsage"/>: the wanted size is over the limit. <see cref="ErrorCode.OutOfResources"/>: no memory.
    /// </exception>
    public static RgbImage Load(string path, SizeSpec size, ImageLimits? limits = null, bool convertProfile = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(size);
        using var reader = ImageReader.Open(path);
        return reader.Read(size, limits ?? ImageLimits.Default, convertProfile);
    }

    /// <summary>Reads the header only.</summary>
    /// <param name="path">As in <see cref="Load"/>.</param>
    /// <param name="limits">Null for none: the caller sees the size and decides.</param>
    /// <exception cref="StyleFarmException"><see cref="ErrorCode.BadInput"/>, as in <see cref="Load"/>.</exception>
    public static ImageInfo Probe(string path, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var reader = ImageReader.Open(path);
        if (limits is not null) reader.CheckSize(limits);
        return reader.Info;
    }

    /// <summary>
    /// Writes an image, whole or not at all: to a temporary name in the same folder, synced to the disk, then renamed over
    /// <paramref name="path"/>. Values are rounded to the nearest byte (halves to even) and clamped; not-a-number becomes 0.
    /// </summary>
    /// <param name="image">The image, in sRGB.</param>
    /// <param name="path">Ends in .png, .jpg, .jpeg, .tif, .tiff or .webp, which chooses the format.</param>
    /// <param name="options">Null for the defaults: no alpha, no metadata, quality 95.</param>
    /// <exception cref="StyleFarmException">
    /// <see cref="ErrorCode.BadUsage"/>: another extension, a quality outside 1 to 100, or an image too large for the format.
    /// <see cref="ErrorCode.BadInput"/>: no such folder or no right to write. <see cref="ErrorCode.OutOfResources"/>: the disk or the
    /// memory is full.
    /// </exception>
    public static void Save(RgbImage image, string path, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(path);
        ImageWriter.Save(image, path, options ?? new SaveOptions());
    }

    /// <summary>Makes sure, before any work, that <see cref="Save"/> knows the extension, and that its format can hold the size.</summary>
    /// <exception cref="StyleFarmException"><see cref="ErrorCode.BadUsage"/>: another extension, or an image too large for the format.</exception>
    public static void CheckExtension(string path, ImageSize? size = null) => ImageWriter.CheckFormat(path, size ?? new ImageSize(1, 1));

    /// <summary>The bytes that <see cref="Save"/> would write for an extension such as <c>.png</c>.</summary>
    /// <exception cref="StyleFarmException">As in <see cref="Save"/>, without the errors of the disk.</exception>
    public static byte[] Encode(RgbImage image, string extension, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(extension);
        return ImageWriter.Encode(image, extension, options ?? new SaveOptions());
    }
}
