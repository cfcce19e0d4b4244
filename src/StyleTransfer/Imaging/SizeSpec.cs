using System.Globalization;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>
/// The size an image is wanted in: <c>512</c> (long side, aspect kept), <c>640x480</c> (forced) or <c>original</c> (untouched).
/// </summary>
public sealed record SizeSpec
{
    enum Kind { Original, LongSide, Forced, AtMost }

    readonly Kind _kind;
    readonly ImageSize _size;

    SizeSpec(Kind kind, ImageSize size) => (_kind, _size) = (kind, size);

    /// <summary>The longest side that can be asked for, in pixels.</summary>
    public const int MaxSide = 1_000_000;

    /// <summary>Leave the size alone.</summary>
    public static SizeSpec Original { get; } = new(Kind.Original, default);

    /// <summary>The long side becomes <paramref name="side"/> pixels (1 to <see cref="MaxSide"/>), the aspect is kept.</summary>
    public static SizeSpec LongSide(int side) => new(Kind.LongSide, new(Checked(side), 0));

    /// <summary>Exactly this size (sides 1 to <see cref="MaxSide"/> pixels), whatever the aspect.</summary>
    public static SizeSpec Forced(int width, int height) => new(Kind.Forced, new(Checked(width), Checked(height)));

    /// <summary>Like <see cref="LongSide"/>, but a smaller image is left alone. Has no form on the command line.</summary>
    public static SizeSpec AtMost(int side) => new(Kind.AtMost, new(Checked(side), 0));

    /// <summary>What the command line or a recipe asks for.</summary>
    public static SizeSpec Of(RecipeSize size) => size switch
    {
        { IsOriginal: true } => Original,
        { IsForced: true } => Forced(size.Width, size.Height),
        _ => LongSide(size.LongSide),
    };

    /// <summary>The size that an image of size <paramref name="source"/> gets; a short side is rounded to nearest, at least 1.</summary>
    public ImageSize Resolve(ImageSize source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Width, 1, nameof(source));
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Height, 1, nameof(source));
        return _kind switch
        {
            Kind.Original => source,
            Kind.Forced => _size,
            Kind.AtMost when source.LongSide <= _size.Width => source,
            _ => FitLongSide(source, _size.Width),
        };
    }

    /// <summary>As in <see cref="RecipeSize"/>; <c>&lt;=N</c> for <see cref="AtMost"/>.</summary>
    public override string ToString() => _kind switch
    {
        Kind.Original => "original",
        Kind.Forced => _size.ToString(),
        Kind.AtMost => string.Create(CultureInfo.InvariantCulture, $"<={_size.Width}"),
        _ => _size.Width.ToString(CultureInfo.InvariantCulture),
    };

    static ImageSize FitLongSide(ImageSize source, int side)
    {
        return source.Width >= source.Height
            ? new(side, Scaled(source.Height))
            : new(Scaled(source.Width), side);

        // Whole numbers: no double can round a tie the wrong way.
        int Scaled(int shortSide) => (int)Math.Max(1, (2L * shortSide * side + source.LongSide) / (2L * source.LongSide));
    }

    static int Checked(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide);
        return side;
    }
}
