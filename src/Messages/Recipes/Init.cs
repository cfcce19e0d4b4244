using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Recipes;

/// <summary>What an optimisation starts from.</summary>
public enum InitKind
{
    /// <summary>The content image.</summary>
    [JsonStringEnumMemberName("content")]
    Content,

    /// <summary>The (first) style image.</summary>
    [JsonStringEnumMemberName("style")]
    Style,

    /// <summary>Uniform noise.</summary>
    [JsonStringEnumMemberName("uniform")]
    Uniform,

    /// <summary>Normal noise.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>noise_ratio · noise + (1 − noise_ratio) · content, noise uniform in ±noise_amplitude in the recipe's space.</summary>
    [JsonStringEnumMemberName("noise-mix")]
    NoiseMix,

    /// <summary>A picture of the user's own.</summary>
    [JsonStringEnumMemberName("file")]
    File,
}

/// <summary>
/// The start of an optimisation: one of the words, or a picture's path, written `file:PATH`. A text that contains a slash or ends like
/// a picture (.png, .jpg, .jpeg, .webp, .tif, .tiff, .bmp, .gif, .npy) is taken as a path too.
/// </summary>
public sealed record Init
{
    const string FilePrefix = "file:";

    static readonly ImmutableArray<string> Endings = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".npy"];

    Init(InitKind kind, string? path) => (Kind, Path) = (kind, path);

    /// <summary>Start from the content image.</summary>
    public static Init Content { get; } = new(InitKind.Content, null);

    /// <summary>Start from the style image.</summary>
    public static Init Style { get; } = new(InitKind.Style, null);

    /// <summary>Start from uniform noise.</summary>
    public static Init Uniform { get; } = new(InitKind.Uniform, null);

    /// <summary>Start from normal noise.</summary>
    public static Init Normal { get; } = new(InitKind.Normal, null);

    /// <summary>Start from noise mixed with the content image.</summary>
    public static Init NoiseMix { get; } = new(InitKind.NoiseMix, null);

    /// <summary>What to start from.</summary>
    public InitKind Kind { get; }

    /// <summary>The picture's path as written; null unless <see cref="Kind"/> is File.</summary>
    public string? Path { get; }

    /// <summary>The texts that stand for a kind other than File.</summary>
    public static ImmutableArray<string> Words { get; } = RecipeText.Names<InitKind>().Remove("file");

    /// <summary>Start from a picture.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static Init File(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new(InitKind.File, path);
    }

    /// <summary>The start that a text stands for.</summary>
    /// <exception cref="StyleFarmException">It stands for none: BadUsage, with the nearest word.</exception>
    public static Init Parse(string text) => TryParse(text)
        ?? throw StyleFarmException.BadUsage($"init: found '{text}', expected {RecipeSchema.InitForms}"
            + NearestMatch.Hint(NearestMatch.Find(text, Words)));

    /// <summary>The start that a text stands for, or null.</summary>
    public static Init? TryParse(string text)
    {
        if (text.StartsWith(FilePrefix, StringComparison.Ordinal))
            return string.IsNullOrWhiteSpace(text[FilePrefix.Length..]) ? null : File(text[FilePrefix.Length..]);
        if (Words.Contains(text) && RecipeText.TryParse<InitKind>(text, out var kind))
            return new(kind, null);
        var isPath = text.Contains('/', StringComparison.Ordinal)
            || Endings.Any(ending => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return isPath ? File(text) : null;
    }

    /// <summary>The canonical text: the word, or `file:PATH`.</summary>
    public override string ToString() => Kind == InitKind.File ? FilePrefix + Path : RecipeText.Of(Kind);
}
