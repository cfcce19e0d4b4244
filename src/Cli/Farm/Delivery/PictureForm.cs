using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Delivery;

/// <summary>How result pictures are written.</summary>
sealed record PictureForm
{
    /// <summary>Keeps the format of the photo, where it can be written.</summary>
    public const string Keep = "keep";

    static readonly ImmutableArray<string> Formats = ["jpg", "png", "tif", "webp", Keep];

    /// <summary><c>jpg</c>, <c>png</c>, <c>tif</c>, <c>webp</c> or <see cref="Keep"/>.</summary>
    public string Format { get; init; } = "png";

    /// <summary>Of JPEG and WebP, 1 to 100.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>Whether EXIF, colour profile and transparency of the photo are kept.</summary>
    public bool KeepsMetadata { get; init; }

    /// <summary>Reads `--format`.</summary>
    /// <exception cref="StyleFarmException">BadUsage: there is no such format.</exception>
    public static string ReadFormat(string text) => text switch
    {
        "jpeg" => "jpg",
        "tiff" => "tif",
        _ when Formats.Contains(text) => text,
        _ => throw StyleFarmException.BadUsage(
            $"--format {text}: give {string.Join(", ", Formats)}{NearestMatch.Hint(NearestMatch.Find(text, Formats))}"),
    };

    /// <summary>The extension that a photo's result gets, with its dot.</summary>
    /// <param name="photo">The photo's path.</param>
    /// <param name="format">The photo's format by its content.</param>
    public string ExtensionFor(string photo, ImageFormat format)
    {
        if (Format != Keep) return "." + Format;
        var (own, all) = format switch
        {
            ImageFormat.Jpeg => (".jpg", (string[])[".jpg", ".jpeg"]),
            ImageFormat.Tiff => (".tif", [".tif", ".tiff"]),
            ImageFormat.WebP => (".webp", [".webp"]),
            _ => (".png", [".png"]),
        };
        var given = Path.GetExtension(photo);
        return all.Contains(given, StringComparer.OrdinalIgnoreCase) ? given : own;
    }

    /// <summary>One word that differs where a picture would be written otherwise.</summary>
    public string Fingerprint => $"{Format}-{Quality}{(KeepsMetadata ? "-meta" : "")}";

    /// <summary>For the job's record.</summary>
    public JsonObject ToJson() => new() { ["format"] = Format, ["quality"] = Quality, ["keep_metadata"] = KeepsMetadata };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static PictureForm FromJson(JsonNode node) => new()
    {
        Format = (string)node["format"]!,
        Quality = (int)node["quality"]!,
        KeepsMetadata = (bool)node["keep_metadata"]!,
    };
}
