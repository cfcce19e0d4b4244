using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Planning;

/// <summary>A file as the file system shows it: while this stays, so does its content.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Modified">When it was written.</param>
readonly record struct FileStamp(string Path, long SizeBytes, DateTimeOffset Modified)
{
    /// <summary>The stamp of a file; of size 0 where there is none.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
            return file.Exists ? new(path, file.Length, file.LastWriteTimeUtc) : new(path, 0, default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, 0, default);
        }
    }
}

/// <summary>What an input picture is.</summary>
/// <param name="Sha256">Of the file, 64 lower-case hex digits.</param>
/// <param name="Size">Upright.</param>
/// <param name="Format">By its content.</param>
readonly record struct PictureFacts(string Sha256, ImageSize Size, ImageFormat Format);

/// <summary>A picture that was handed out.</summary>
/// <param name="Cell">What it shows.</param>
/// <param name="Form">How it was written: format, quality, metadata; empty while it is being written.</param>
readonly record struct ExportedPicture(string Cell, string Form);

/// <summary>
/// What is remembered from run to run, so that no photo is hashed twice and no result is written twice. Forgetting costs time only.
/// Safe for many callers at once.
/// </summary>
interface IPictureMemory
{
    /// <summary>What a file is, if it was looked at and has not changed.</summary>
    PictureFacts? Recall(FileStamp stamp);

    /// <summary>Remembers what a file is.</summary>
    void Remember(FileStamp stamp, PictureFacts facts);

    /// <summary>What was written to a path, if anything.</summary>
    /// <param name="path">Absolute.</param>
    ExportedPicture? ExportedTo(string path);

    /// <summary>Remembers what is being or was written to a path.</summary>
    void RememberExport(string path, ExportedPicture picture);
}
