using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Planning;

/// <summary>Remembers in the index of the state folder.</summary>
sealed class IndexMemory(InputIndex index) : IPictureMemory
{
    /// <inheritdoc/>
    public PictureFacts? Recall(FileStamp stamp) =>
        index.Picture(stamp.Path, Of(stamp)) is { } known && Enum.TryParse<ImageFormat>(known.Format, out var format)
            ? new PictureFacts(known.Sha256, new ImageSize(known.Width, known.Height), format)
            : null;

    /// <inheritdoc/>
    public void Remember(FileStamp stamp, PictureFacts facts) =>
        index.Put(stamp.Path, Of(stamp), new KnownPicture(facts.Sha256, facts.Size.Width, facts.Size.Height, facts.Format.ToString()));

    /// <inheritdoc/>
    public ExportedPicture? ExportedTo(string path) =>
        index.Output(path) is { } known ? new ExportedPicture(known.Cell.ToString(), known.Form) : null;

    /// <inheritdoc/>
    public void RememberExport(string path, ExportedPicture picture) =>
        index.PutOutput(path, new KnownOutput(new CellId(picture.Cell), picture.Form));

    static Backends.Embedded.FileStamp Of(FileStamp stamp) => new(stamp.SizeBytes, stamp.Modified.UtcTicks);
}
