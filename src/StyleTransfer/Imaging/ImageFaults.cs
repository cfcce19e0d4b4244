using System.Globalization;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Every way an image file can be refused, as one line: the file, what is wrong, the remedy.</summary>
static class ImageFaults
{
    public static StyleFarmException Missing(string path) => BadInput(path, "does not exist", "check the path");

    public static StyleFarmException Folder(string path) => BadInput(path, "is a folder, not an image", "name an image file in it");

    public static StyleFarmException Empty(string path) => BadInput(path, "is empty (0 bytes)", "copy it again from its source");

    public static StyleFarmException Unreadable(string path, Exception cause) =>
        BadInput(path, "may not be read by this user", "give read permission (chmod +r) or run as its owner", cause);

    public static StyleFarmException ReadFailed(string path, Exception cause) =>
        BadInput(path, $"cannot be read ({OneLine.Of(cause.Message)})", "check the disk or copy the file to another one", cause);

    public static StyleFarmException NotAnImage(string path) => BadInput(
        path, "is not an image of a known format",
        $"use JPEG, PNG, WebP, TIFF{(VipsLibrary.CanLoad(ImageFormat.Heif) ? ", HEIF" : "")} or GIF, or convert it to one of them");

    public static StyleFarmException Damaged(string path, Exception cause) =>
        BadInput(path, $"is damaged or cut short ({cause.Message})", "copy it again from its source or export it anew", cause);

    public static StyleFarmException Unsupported(string path, Exception cause) =>
        BadInput(path, $"holds {cause.Message}", "convert it to 8 or 16 bits per channel RGB", cause);

    public static StyleFarmException TooLarge(string path, ImageSize size, ImageLimits limits) => BadInput(
        path, $"decodes to {size}, {Mega(size.Pixels)} megapixels, over the limit of {Mega(limits.MaxPixels)}",
        "reduce it first, or raise the limit if the file can be trusted");

    public static StyleFarmException TargetTooLarge(string path, ImageSize target, ImageLimits limits) => new(
        ErrorCode.BadUsage,
        Line(path, $"would be resized to {target}, {Mega(target.Pixels)} megapixels, over the limit of {Mega(limits.MaxPixels)}",
            "ask for a smaller size"));

    public static StyleFarmException OutOfMemory(string path, ImageSize size, Exception cause) => new(
        ErrorCode.OutOfResources,
        Line(path, $"does not fit in memory at {size}", "ask for a smaller size or free memory"), cause);

    public static StyleFarmException BadInput(string path, string fault, string remedy, Exception? cause = null) =>
        StyleFarmException.BadInput(Line(path, fault, remedy), cause);

    public static string Line(string path, string fault, string remedy) => $"{OneLine.OfPath(path)}: {fault}; {remedy}";

    static string Mega(long pixels) => (pixels / 1e6).ToString("0.###", CultureInfo.InvariantCulture);
}
