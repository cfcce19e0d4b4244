using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// A picture's size as `--size` and the recipe give it: `512` (the long side in pixels, aspect kept), `450x300` (width × height,
/// forced) or `original` (untouched).
/// </summary>
public readonly record struct RecipeSize
{
    /// <summary>The largest side that is accepted, in pixels.</summary>
    public const int MaxSide = 65_535;

    readonly int _width;
    readonly int _height;

    RecipeSize(int width, int height) => (_width, _height) = (width, height);

    /// <summary>The picture's own size; also the default value.</summary>
    public static RecipeSize Original => default;

    /// <summary>True for `original`.</summary>
    public bool IsOriginal => _width == 0;

    /// <summary>True when width and height are both given, false when only the long side is or for `original`.</summary>
    public bool IsForced => _height > 0;

    /// <summary>The long side in pixels; 0 for `original`.</summary>
    public int LongSide => Math.Max(_width, _height);

    /// <summary>The forced width in pixels; 0 unless <see cref="IsForced"/>.</summary>
    public int Width => IsForced ? _width : 0;

    /// <summary>The forced height in pixels; 0 unless <see cref="IsForced"/>.</summary>
    public int Height => _height;

    /// <summary>A long side of 1 to 65535 pixels, aspect kept.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in that range.</exception>
    public static RecipeSize Of(int longSide) => new(Checked(longSide), 0);

    /// <summary>A forced width and height of 1 to 65535 pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not in that range.</exception>
    public static RecipeSize Of(int width, int height) => new(Checked(width), Checked(height));

    /// <summary>The size that a text stands for: `512`, `450x300` or `original`.</summary>
    /// <exception cref="StyleFarmException">It stands for none: BadUsage.</exception>
    public static RecipeSize Parse(string text) => TryParse(text, out var size)
        ? size
        : throw StyleFarmException.BadUsage($"size: found '{text}', expected {RecipeSchema.SizeForms}");

    /// <summary>The size that a text stands for, if any.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RecipeSize size)
    {
        size = default;
        if (text is null || text == "original")
            return text is not null;
        var cut = text.IndexOf('x', StringComparison.Ordinal);
        if (!TryParseSide(cut < 0 ? text : text[..cut], out var width))
            return false;
        var height = 0;
        if (cut >= 0 && !TryParseSide(text[(cut + 1)..], out height))
            return false;
        size = new(width, height);
        return true;
    }

    /// <summary>The text: `512`, `450x300` or `original`.</summary>
    public override string ToString() => IsOriginal ? "original"
        : IsForced ? string.Create(CultureInfo.InvariantCulture, $"{_width}x{_height}")
        : _width.ToString(CultureInfo.InvariantCulture);

    static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is > 0 and <= MaxSide;

    static int Checked(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide);
        return side;
    }
}
