namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>
/// Many images on one light page, in a grid, each with an optional caption below: before and after, film strips, sweeps.
/// </summary>
/// <remarks>All cells have the size of the largest image; smaller ones are centred, never resampled.</remarks>
public static class ContactSheet
{
    /// <summary>Height of the captions' type, in pixels.</summary>
    public const int CaptionPx = 14;

    const float Background = 245;
    const float Ink = 40;
    const int CaptionGapPx = 4;
    const int MaxCaptionLines = 3;

    /// <summary>Draws the sheet.</summary>
    /// <param name="cells">At least one image, in reading order. Captions are left out where text cannot be drawn.</param>
    /// <param name="columns">Cells a row, at least 1; fewer when there are fewer cells.</param>
    /// <param name="margin">Pixels around and between the cells, 0 or more.</param>
    public static RgbImage Draw(IReadOnlyList<(RgbImage Image, string? Caption)> cells, int columns, int margin = 16)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells.Count, 1, nameof(cells));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);

        columns = Math.Min(columns, cells.Count);
        var rows = (cells.Count + columns - 1) / columns;
        var cellWidth = cells.Max(c => c.Image.Width);
        var cellHeight = cells.Max(c => c.Image.Height);
        var captions = cells.Select(c => DrawCaption(c.Caption, cellWidth)).ToArray();
        var captionHeight = captions.Max(c => c is null ? 0 : c.Height + CaptionGapPx);
        var sheet = new Canvas(
            checked(margin + columns * (cellWidth + margin)), checked(margin + rows * (cellHeight + captionHeight + margin)), Background);
        for (var i = 0; i < cells.Count; i++)
        {
            var image = cells[i].Image;
            var left = margin + i % columns * (cellWidth + margin);
            var top = margin + i / columns * (cellHeight + captionHeight + margin);
            sheet.Place(image, left + (cellWidth - image.Width) / 2, top + (cellHeight - image.Height) / 2);
            if (captions[i] is { } caption)
                sheet.Stamp(caption, left + (cellWidth - caption.Width) / 2, top + cellHeight + CaptionGapPx, Ink);
        }
        return sheet.ToImage();
    }

    static TextMask? DrawCaption(string? caption, int cellWidth) => string.IsNullOrWhiteSpace(caption)
        ? null
        : TextMask.TryDraw(OneLine.Of(caption), CaptionPx, cellWidth)?.Fit(cellWidth, MaxCaptionLines * CaptionPx * 3 / 2);
}
