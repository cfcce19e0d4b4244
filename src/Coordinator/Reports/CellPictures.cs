using System.Collections.Immutable;
using System.Text.Json;

namespace StyleFarm.Coordinator.Reports;

/// <summary>All pictures of a cell by rising step; the result stands at the last step done.</summary>
sealed record CellPictures(ImmutableArray<FilmFrame> Frames)
{
    /// <summary>The film with the result; of several pictures of one step the last counts, and the result before all.</summary>
    public static CellPictures Of(ReportCell cell)
    {
        var frames = new SortedDictionary<int, FilmFrame>();
        foreach (var frame in cell.Film)
            if (!frame.Jpeg.IsEmpty)
                frames[frame.Step] = frame;
        if (!cell.Thumbnail.IsEmpty) frames[cell.StepsDone] = new FilmFrame(cell.StepsDone, cell.Thumbnail);
        return new CellPictures([.. frames.Values]);
    }

    /// <summary>Width over height of the last picture, or null.</summary>
    public double? Aspect => Frames is [.., var last] && JpegSize.Of(last.Jpeg.Span) is var (width, height) ? (double)width / height : null;

    /// <summary>The pictures in base64, in the order of the frames.</summary>
    public void WriteJson(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartArray();
        foreach (var frame in Frames)
        {
            json.WriteBase64StringValue(frame.Jpeg.Span);
            json.Flush();
        }
        json.WriteEndArray();
    }
}
