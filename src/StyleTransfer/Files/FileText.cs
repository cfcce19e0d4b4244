using System.Text;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Files;

/// <summary>How failures about files are worded: one line <c>file: what is wrong, where; remedy</c>.</summary>
static class FileText
{
    const int MaxQuoted = 80;

    public static StyleFarmException BadInput(string path, string what, string remedy, Exception? inner = null) =>
        StyleFarmException.BadInput($"{OneLine(path)}: {what}; {remedy}", inner);

    /// <summary>An exception that says why reading or writing failed, in one line.</summary>
    public static string Reason(Exception error) => OneLine(error.Message).TrimEnd('.');

    /// <summary>A name out of a file, fit to be shown: quoted, without control characters, cut at 80 characters.</summary>
    public static string Quote(string text) => $"'{OneLine(text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…")}'";

    /// <summary>A shape such as <c>[64, 3, 3, 3]</c>.</summary>
    public static string Shape(IReadOnlyList<long> shape) =>
        shape.Count <= 8 ? $"[{string.Join(", ", shape)}]" : $"[{string.Join(", ", shape.Take(8))}, … {shape.Count} dimensions]";

    /// <summary>The number of elements of a shape, or −1 when an extent is negative or the product does not fit.</summary>
    public static long Product(IReadOnlyList<long> shape)
    {
        var product = 1L;
        foreach (var extent in shape)
            if (extent == 0)
                return shape.Any(e => e < 0) ? -1 : 0;
        foreach (var extent in shape)
        {
            if (extent < 0 || product > long.MaxValue / extent) return -1;
            product *= extent;
        }
        return product;
    }

    public static string OneLine(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text) plain.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c);
        return plain.ToString();
    }
}
