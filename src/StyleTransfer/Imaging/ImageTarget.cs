using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Where an image goes: appears whole or not at all, and says in the images' words what went wrong.</summary>
static class ImageTarget
{
    // Linux' numbers for a full disk, a full quota and a file over the size limit.
    const int NoSpace = 28;
    const int QuotaExceeded = 122;
    const int FileTooBig = 27;

    /// <summary>Refuses a path that cannot become a file, before work goes into its contents.</summary>
    public static void CheckTarget(string path)
    {
        if (Directory.Exists(path))
            throw ImageFaults.BadInput(path, "is a folder", "name a file in it");
        var folder = FolderOf(path);
        if (!Directory.Exists(folder))
            throw NoFolder(path, folder);
    }

    /// <summary>Writes aside, syncs, renames. On any failure nothing is left of it.</summary>
    public static void Write(string path, ReadOnlyMemory<byte> contents)
    {
        try
        {
            AtomicFile.Replace(path, stream => stream.Write(contents.Span));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, contents.Length, e);
        }
    }

    static StyleFarmException Explain(string path, int sizeBytes, Exception cause) => cause switch
    {
        DirectoryNotFoundException => NoFolder(path, FolderOf(path)),
        UnauthorizedAccessException => ImageFaults.BadInput(
            path, "may not be written by this user",
            $"give write permission on {OneLine.OfPath(FolderOf(path))} or choose another folder", cause),
        IOException { HResult: NoSpace or QuotaExceeded or FileTooBig } => new StyleFarmException(
            ErrorCode.OutOfResources,
            ImageFaults.Line(path, $"the disk is full ({sizeBytes} bytes were to be written)", "free space or choose another folder"),
            cause),
        _ => new StyleFarmException(
            ErrorCode.OutOfResources,
            ImageFaults.Line(path, $"cannot be written ({OneLine.Of(cause.Message)})", "check the disk or choose another folder"), cause),
    };

    static StyleFarmException NoFolder(string path, string folder) =>
        ImageFaults.BadInput(path, $"the folder {OneLine.OfPath(folder)} does not exist", "create it (mkdir -p) or choose another");

    static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
}
