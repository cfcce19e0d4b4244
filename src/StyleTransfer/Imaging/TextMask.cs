using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Drawn text as coverage, 0 to 255.</summary>
sealed record TextMask(int Width, int Height, byte[] Coverage)
{
    /// <summary>Null when no text can be drawn here: no font, or a libvips without Pango.</summary>
    public static TextMask? TryDraw(string text, int heightPx, int maxWidth)
    {
        try
        {
            VipsLibrary.EnsureStarted();
            var status = NativeVips.sf_vips_draw_text(text, maxWidth, heightPx, out var mask, out var width, out var height, out var error);
            VipsLibrary.Check(status, error);
            return new TextMask(width, height, VipsLibrary.Take(mask, (long)width * height));
        }
        catch (Exception e) when (e is VipsException or StyleFarmException)
        {
            return null;
        }
    }

    /// <summary>The same, cut at the right and at the bottom where it does not fit.</summary>
    public TextMask Fit(int maxWidth, int maxHeight)
    {
        if (Width <= maxWidth && Height <= maxHeight)
            return this;
        var (width, height) = (Math.Min(Width, maxWidth), Math.Min(Height, maxHeight));
        var cut = new byte[width * height];
        for (var y = 0; y < height; y++)
            Coverage.AsSpan(y * Width, width).CopyTo(cut.AsSpan(y * width));
        return new TextMask(width, height, cut);
    }
}
