using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace StyleFarm.Coordinator.Reports;

/// <summary>The page around the data, put together once from the files in <c>Page/</c>.</summary>
static partial class PageTemplate
{
    /// <summary>Scripts in the order in which they build on one another.</summary>
    static readonly ImmutableArray<string> Scripts =
    [
        "text.js", "model.js", "dom.js", "scales.js", "state.js", "layout.js", "sheet.js", "moves.js", "timeline.js", "facts.js",
        "viewer.js", "chart.js", "curves.js", "brush.js", "parallel.js", "scatter.js", "tables.js", "report.js",
    ];

    static readonly ImmutableArray<string> Styles = ["report.css", "sheet.css", "charts.css", "viewer.css"];

    /// <summary>The page in order: text to write as it stands, and the slots <c>title</c> and <c>data</c> of each report.</summary>
    public static ImmutableArray<TemplatePiece> Pieces { get; } = Assemble();

    static ImmutableArray<TemplatePiece> Assemble()
    {
        var style = string.Concat(Styles.Select(Read));
        var script = $"(() => {{\n'use strict';\n{string.Concat(Scripts.Select(Read))}}})();\n";
        return
        [
            .. Cut(Read("report.html")).Select(piece => !piece.IsSlot ? piece : piece.Text switch
            {
                "style" => piece with { Text = style, IsSlot = false },
                "script" => piece with { Text = script, IsSlot = false },
                "style-hash" => piece with { Text = Hash(style), IsSlot = false },
                "script-hash" => piece with { Text = Hash(script), IsSlot = false },
                "title" or "data" => piece,
                _ => throw new InvalidOperationException($"report.html has an unknown slot '{piece.Text}'"),
            }),
        ];
    }

    static IEnumerable<TemplatePiece> Cut(string template)
    {
        var end = 0;
        foreach (Match slot in Slot().Matches(template))
        {
            yield return new TemplatePiece(template[end..slot.Index], IsSlot: false);
            yield return new TemplatePiece(slot.Groups[1].Value, IsSlot: true);
            end = slot.Index + slot.Length;
        }
        yield return new TemplatePiece(template[end..], IsSlot: false);
    }

    static string Read(string name)
    {
        using var stream = typeof(PageTemplate).Assembly.GetManifestResourceStream("Reports.Page." + name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        // The browser normalises line ends before it compares the hash.
        return new StreamReader(stream, Encoding.UTF8).ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>As a source of a content security policy: <c>sha256-…</c>.</summary>
    static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(@"\{\{([a-z-]+)\}\}")]
    private static partial Regex Slot();
}

/// <param name="Text">The text itself, or the slot's name.</param>
/// <param name="IsSlot">Whether a report fills it.</param>
sealed record TemplatePiece(string Text, bool IsSlot);
