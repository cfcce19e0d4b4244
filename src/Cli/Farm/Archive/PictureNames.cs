namespace StyleFarm.Cli.Farm.Archive;

/// <summary>Which files of a folder are taken for pictures. A file that is named outright is always tried.</summary>
static class PictureNames
{
    static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".gif", ".heic", ".heif", ".avif",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Extensions.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The extensions, for people.</summary>
    public static string All { get; } = string.Join(' ', Extensions.Order(StringComparer.Ordinal).Select(extension => extension[1..]));

    /// <summary>Whether a file has a picture's extension.</summary>
    public static bool IsPicture(ReadOnlySpan<char> name) => Lookup.Contains(Path.GetExtension(name));

    /// <summary>Whether a file or folder asks not to be seen.</summary>
    public static bool IsHidden(string name) => name.StartsWith('.');
}
