using System.Collections.Immutable;
using System.Globalization;

namespace StyleFarm.Coordinator.Reports;

/// <summary>
/// <c>cells.csv</c>: RFC 4180, one row a cell, numbers in the invariant culture with all their digits, what is unknown left empty.
/// The columns are <c>cell, state, one for each axis, steps, score, content_term, style_term, content, style, tv, total, seconds, error,
/// result</c>. An axis whose name is taken by one of the others stands as <c>axis_NAME</c>.
/// </summary>
public static class CellsCsv
{
    static readonly ImmutableArray<string> Before = ["cell", "state"];

    static readonly ImmutableArray<string> After =
        ["steps", "score", "content_term", "style_term", "content", "style", "tv", "total", "seconds", "error", "result"];

    /// <summary>Writes the header and all cells; leaves the writer open.</summary>
    /// <exception cref="ArgumentException">A cell has not one value for each axis.</exception>
    public static void Write(TextWriter writer, ReportModel model)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(model);
        WriteRow(writer, Header(model.Axes).Select(Text));
        foreach (var cell in model.Cells)
            WriteRow(writer, Fields(cell, model.Axes.Length));
    }

    static List<string> Header(ImmutableArray<ReportAxis> axes)
    {
        var taken = new HashSet<string>([.. Before, .. After], StringComparer.Ordinal);
        List<string> header = [.. Before];
        foreach (var axis in axes)
        {
            var name = axis.Name;
            while (!taken.Add(name)) name = "axis_" + name;
            header.Add(name);
        }
        return [.. header, .. After];
    }

    static IEnumerable<string> Fields(ReportCell cell, int axes)
    {
        if (cell.Values.Length != axes)
            throw new ArgumentException($"cell {cell.Id} has {cell.Values.Length} values for {axes} axes", nameof(cell));
        return
        [
            Text(cell.Id), StateText(cell.State), .. cell.Values.Select(Text), Number(cell.StepsDone),
            Number(cell.Score), Number(cell.ContentTerm), Number(cell.StyleTerm),
            Number(cell.Losses?.Content), Number(cell.Losses?.Style), Number(cell.Losses?.Tv), Number(cell.Losses?.Total),
            Number(cell.Seconds), Text(cell.Error), Text(cell.ResultPath),
        ];
    }

    internal static string StateText(ReportState state) => state switch
    {
        ReportState.Finished => "finished",
        ReportState.Stopped => "stopped",
        ReportState.Failed => "failed",
        ReportState.Waiting => "waiting",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a state of a cell"),
    };

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>
    /// Text that a spreadsheet would run as a formula gets an apostrophe before it, which makes it plain text there. Numbers stay as
    /// they are, negative ones too.
    /// </summary>
    static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var isFormula = value.TrimStart() is ['=' or '+' or '-' or '@' or '|' or '＝' or '＋' or '－' or '＠', ..]
            || value[0] is '\t' or '\r' or '\n';
        return isFormula && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "'" + value : value;
    }

    static void WriteRow(TextWriter writer, IEnumerable<string> fields)
    {
        writer.Write(string.Join(',', fields.Select(Quoted)));
        writer.Write("\r\n");
    }

    static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") >= 0 || field is [' ', ..] or [.., ' '] ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
}
