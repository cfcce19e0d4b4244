namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Text from outside (file names, decoder messages) made fit for a one-line message.</summary>
static class OneLine
{
    public static string Of(string text)
    {
        var visible = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        return string.Join(' ', visible.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>A file name keeps its spaces; only what would break the line goes.</summary>
    public static string OfPath(string path) => string.Concat(path.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
