using System.Globalization;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Writes a file so that it appears whole or not at all.</summary>
static class AtomicFile
{
    // Linux' numbers for a full disk, a full quota and a file over the size limit.
    const int NoSpace = 28;
    const int QuotaExceeded = 122;
    const int FileTooBig = 27;
    const int MaxNameInTemporary = 60;

    static int _counter;

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
    public static void Write(string path, ReadOnlySpan<byte> contents)
    {
        var temporary = TemporaryFor(path);
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(contents);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            Remove(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw Explain(path, contents.Length, e);
            throw;
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

    static string TemporaryFor(string path)
    {
        // The counter keeps two threads that write the same name apart; the cut keeps a long name within what a file system allows.
        var name = Path.GetFileName(path);
        var start = name[..Math.Min(name.Length, MaxNameInTemporary)];
        var number = Interlocked.Increment(ref _counter);
        return Path.Combine(FolderOf(path), string.Create(CultureInfo.InvariantCulture, $".{start}.tmp-{Environment.ProcessId}.{number}"));
    }

    static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here says more than this one.
        }
    }
}
