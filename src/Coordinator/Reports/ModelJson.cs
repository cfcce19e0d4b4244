using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace StyleFarm.Coordinator.Reports;

/// <summary>What the page knows of the job, its axes and its cells before any picture is looked at.</summary>
static class ModelJson
{
    /// <summary>The writer's default encoder escapes &lt;, &gt;, &amp;, quotes and everything outside ASCII, so no text can end the
    /// script element.</summary>
    public static void Write(Stream stream, ReportModel model, ImmutableArray<CellPictures> pictures)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        WriteJob(json, model, pictures);
        var axes = AxisIndex.Of(model);
        json.WriteStartArray("axes");
        foreach (var axis in axes) axis.WriteJson(json);
        json.WriteEndArray();
        json.WriteStartArray("cells");
        var ranks = Ranking.Of(model.Cells);
        var front = ParetoFront.Of(model.Cells).ToHashSet();
        for (var at = 0; at < model.Cells.Length; at++)
        {
            WriteCell(json, model.Cells[at], pictures[at], axes, ranks[at], front.Contains(at));
            json.Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteJob(Utf8JsonWriter json, ReportModel model, ImmutableArray<CellPictures> pictures)
    {
        json.WriteStartObject("job");
        json.WriteString("id", model.JobId);
        json.WriteString("name", model.JobName);
        json.WriteString("kind", model.Kind is ReportKind.Batch ? "batch" : "sweep");
        json.WriteString("created", model.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("recipe", model.RecipeName);
        json.WriteString("version", model.Version);
        json.WriteString("csv", model.CsvPath);
        json.WriteEndObject();
        json.WritePropertyName("aspect");
        json.WriteShort(CommonAspect(pictures));
    }

    /// <summary>The middle one, so that a stray panorama does not set the room that every picture gets.</summary>
    static double CommonAspect(ImmutableArray<CellPictures> pictures)
    {
        List<double> known = [.. pictures.Select(film => film.Aspect).OfType<double>().Order()];
        return known.Count == 0 ? 1 : Math.Clamp(known[known.Count / 2], 0.5, 2);
    }

    static void WriteCell(Utf8JsonWriter json, ReportCell cell, CellPictures film, ImmutableArray<AxisIndex> axes, int rank, bool isOnFront)
    {
        json.WriteStartObject();
        json.WriteString("id", cell.Id);
        json.WriteString("name", cell.Name);
        json.WriteString("state", CellsCsv.StateText(cell.State));
        json.WriteStartArray("at");
        for (var axis = 0; axis < axes.Length; axis++) json.WriteNumberValue(axes[axis].Find(cell.Values[axis]));
        json.WriteEndArray();
        json.WriteNumber("done", cell.StepsDone);
        json.WriteNumber("planned", cell.StepsPlanned);
        WriteExact(json, "score", cell.Score);
        WriteExact(json, "contentTerm", cell.ContentTerm);
        WriteExact(json, "styleTerm", cell.StyleTerm);
        WriteExact(json, "content", cell.Losses?.Content);
        WriteExact(json, "style", cell.Losses?.Style);
        WriteExact(json, "tv", cell.Losses?.Tv);
        WriteExact(json, "total", cell.Losses?.Total);
        WriteExact(json, "seconds", cell.Seconds);
        json.WriteString("error", cell.Error);
        json.WriteString("path", cell.ResultPath);
        json.WriteNumber("rank", rank);
        json.WriteBoolean("front", isOnFront);
        json.WriteStartArray("shots");
        foreach (var frame in film.Frames) json.WriteNumberValue(frame.Step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteExact(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.WriteExact(value);
    }
}
