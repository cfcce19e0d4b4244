using System.Collections.Immutable;
using System.Text;

namespace StyleFarm.Coordinator.Reports;

/// <summary>
/// The report of a sweep or a batch as one HTML file that needs nothing else: style, script, data and pictures lie in it, and its own
/// content security policy keeps it from the network.
/// </summary>
public static class SweepReport
{
    /// <summary>Writes the page as UTF-8; leaves the stream open. Memory beyond the model stays at about one cell.</summary>
    /// <exception cref="ArgumentException">A cell has not one value for each axis.</exception>
    public static void Write(Stream html, ReportModel model)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(model);
        ImmutableArray<CellPictures> pictures = [.. model.Cells.Select(CellPictures.Of)];
        foreach (var piece in PageTemplate.Pieces)
            if (!piece.IsSlot)
                WriteText(html, piece.Text);
            else if (piece.Text == "title")
                WriteText(html, System.Net.WebUtility.HtmlEncode(Title(model)));
            else
                WriteData(html, model, pictures);
    }

    static string Title(ReportModel model) => string.IsNullOrWhiteSpace(model.JobName) ? model.JobId : model.JobName;

    static void WriteData(Stream html, ReportModel model, ImmutableArray<CellPictures> pictures)
    {
        WriteScript(html, "model", () => ModelJson.Write(html, model, pictures));
        for (var at = 0; at < model.Cells.Length; at++)
        {
            var (cell, film) = (model.Cells[at], pictures[at]);
            if (!film.Frames.IsEmpty) WriteScript(html, $"film-{at}", () => film.WriteJson(html));
            if (cell.Curve is { Points.IsEmpty: false } curve) WriteScript(html, $"curve-{at}", () => CurveJson.Write(html, curve));
        }
    }

    /// <summary>A block of data of its own for each cell lets the page parse only those that are looked at.</summary>
    static void WriteScript(Stream html, string id, Action writeJson)
    {
        WriteText(html, $"<script type=\"application/json\" id=\"{id}\">");
        writeJson();
        WriteText(html, "</script>\n");
    }

    static void WriteText(Stream html, string text) => html.Write(Encoding.UTF8.GetBytes(text));
}
