using System.Globalization;
using StyleFarm.Messages;

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

    /// <summary>Reads <c>N</c>, <c>WxH</c> or <c>original</c>.</summary>
    /// <param name="text">The text as the user wrote it; case and outer spaces do not matter.</param>
    /// <param name="option">What the message calls the value, such as <c>--size</c>.</param>
    /// <exception cref="StyleFarmException">
    /// <see cref="ErrorCode.BadUsage"/>: another form, or a side outside 1 to <see cref="MaxSide"/>.
    /// </exception>
    public static SizeSpec Parse(string text, string option = "--size")
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        if (trimmed.Equals("original", StringComparison.OrdinalIgnoreCase))
            return Original;
        var sides = trimmed.Split('x', 'X');
        if (sides.Length == 1 && TryParseSide(sides[0], out var side))
            return LongSide(side);
        if (sides.Length == 2 && TryParseSide(sides[0], out var width) && TryParseSide(sides[1], out var height))
            return Forced(width, height);
        throw StyleFarmException.BadUsage(
            $"{option}: '{OneLine.Of(text)}' is not a size; give N (long side in pixels, such as 512), WxH (such as 640x480) or original, "
            + $"with sides from 1 to {MaxSide}");
    }

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

    /// <summary>The text that <see cref="Parse"/> reads; <c>&lt;=N</c> for <see cref="AtMost"/>.</summary>
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

    static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= MaxSide;

    static int Checked(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide);
        return side;
    }
}
