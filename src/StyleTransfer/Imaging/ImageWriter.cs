using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Encodes images.</summary>
static class ImageWriter
{
    const string Extensions = ".png, .jpg, .jpeg, .tif, .tiff or .webp";
    const int MaxJpegSide = 65_500;
    const int MaxWebPSide = 16_383;

    public static void Save(RgbImage image, string path, SaveOptions options)
    {
        FormatOf(path);
        ImageTarget.CheckTarget(path);
        ImageTarget.Write(path, Encode(image, path, options));
    }

    /// <summary>The format that a path's extension names, which must be able to hold an image of this size.</summary>
    public static ImageFormat CheckFormat(string path, ImageSize size)
    {
        var format = FormatOf(path);
        var maxSide = format switch { ImageFormat.Jpeg => MaxJpegSide, ImageFormat.WebP => MaxWebPSide, _ => int.MaxValue };
        return size.LongSide <= maxSide
            ? format
            : throw Usage(path, $"{format} holds at most {maxSide} pixels a side, not {size}", "save as .png or .tif");
    }

    public static byte[] Encode(RgbImage image, string path, SaveOptions options)
    {
        var format = CheckFormat(path, image.Size);
        if (options.Quality is < 1 or > 100)
            throw Usage(path, $"quality {options.Quality} is out of range", "give 1 to 100");

        VipsLibrary.EnsureStarted();
        try
        {
            var file = EncodePixels(image, format, options);
            var exif = options.KeepMetadata && image.Exif is { } original ? ExifOrientation.Upright(original) : null;
            return ExifContainer.Set(file, format, exif);
        }
        catch (OutOfMemoryException e)
        {
            throw ImageFaults.OutOfMemory(path, image.Size, e);
        }
        catch (VipsException e)
        {
            throw new StyleFarmException(
                ErrorCode.OutOfResources,
                ImageFaults.Line(path, $"cannot be encoded ({e.Message})", "free memory or choose another format"), e);
        }
    }

    static unsafe byte[] EncodePixels(RgbImage image, ImageFormat format, SaveOptions options)
    {
        var alpha = options.KeepAlpha && format != ImageFormat.Jpeg ? image.Alpha : null;
        var bytes = ToBytes(image.Pixels, alpha);
        var profile = options.KeepMetadata ? image.IccProfile : null;
        var own = profile is not null && image.IsInProfile ? profile : [];
        fixed (byte* pixels = bytes, ownProfile = own)
        {
            var status = NativeVips.sf_vips_encode(
                pixels, image.Width, image.Height, alpha is null ? 3 : 4, (int)format, options.Quality,
                profile is not null && own.Length == 0 ? 1 : 0, ownProfile, own.Length, out var file, out var fileBytes, out var error);
            VipsLibrary.Check(status, error);
            return VipsLibrary.Take(file, fileBytes);
        }
    }

    static byte[] ToBytes(float[] pixels, float[]? alpha)
    {
        if (alpha is null)
            return Array.ConvertAll(pixels, ToByte);
        var bytes = new byte[4L * alpha.Length];
        for (var i = 0L; i < alpha.Length; i++)
        {
            bytes[4 * i] = ToByte(pixels[3 * i]);
            bytes[4 * i + 1] = ToByte(pixels[3 * i + 1]);
            bytes[4 * i + 2] = ToByte(pixels[3 * i + 2]);
            bytes[4 * i + 3] = ToByte(alpha[i]);
        }
        return bytes;
    }

    // The order of the comparisons makes not-a-number 0.
    static byte ToByte(float value) => value > 0 ? (byte)Math.Min(MathF.Round(value), 255) : (byte)0;

    internal static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        ".jpg" or ".jpeg" => ImageFormat.Jpeg,
        ".tif" or ".tiff" => ImageFormat.Tiff,
        ".webp" => ImageFormat.WebP,
        "" => throw Usage(path, "has no extension to tell the format by", $"end the name in {Extensions}"),
        var other => throw Usage(path, $"'{OneLine.Of(other)}' is not a format that can be written", $"end the name in {Extensions}"),
    };

    static StyleFarmException Usage(string path, string fault, string remedy) =>
        StyleFarmException.BadUsage(ImageFaults.Line(path, fault, remedy));
}
