using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Files;

/// <summary>Files that appear whole or not at all: written beside their place, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    const int NoSpaceLeft = 28;
    const int QuotaExceeded = 122;

    static int _counter;

    const int MaxNameInTemporary = 60;

    /// <summary>Matches what <see cref="Replace"/> leaves behind when its process is killed.</summary>
    public const string TemporaryPattern = ".*.tmp";

    /// <summary>
    /// Writes a file through <paramref name="write"/>, replacing the one that is there. The folder is made when it is missing. Nothing is
    /// left behind when the writing fails.
    /// </summary>
    /// <exception cref="StyleFarmException">The folder cannot be written (BadInput) or the disk is full (OutOfResources).</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            Directory.CreateDirectory(FolderOf(path));
            Replace(path, write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure(path, error);
        }
    }

    /// <summary>Finds out before any work whether <see cref="Write"/> may write here; makes the folder.</summary>
    /// <exception cref="StyleFarmException">BadInput: the folder cannot be made or written.</exception>
    public static void CheckFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(FolderOf(path));
            using var probe = new FileStream(TemporaryFor(path), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure(path, error);
        }
    }

    /// <summary>The same in a folder that exists, with the system's own exceptions.</summary>
    internal static void Replace(string path, Action<Stream> write)
    {
        var temporary = TemporaryFor(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>What to tell about a write to <paramref name="path"/> that failed.</summary>
    public static StyleFarmException WriteFailure(string path, Exception error)
    {
        if ((error.HResult & 0xFFFF) is NoSpaceLeft or QuotaExceeded)
        {
            var message = $"{FileText.OneLine(path)}: the disk is full or the quota is used up; free some space there and try again";
            return new StyleFarmException(ErrorCode.OutOfResources, message, error);
        }
        return FileText.BadInput(
            path, $"cannot be written ({FileText.Reason(error)})", "choose a folder that exists and may be written", error);
    }

    static string TemporaryFor(string path)
    {
        // The counter keeps two threads that write the same name apart; the cut keeps a long name within what a file system allows.
        var name = Path.GetFileName(path);
        var start = name[..Math.Min(name.Length, MaxNameInTemporary)];
        return Path.Combine(FolderOf(path), $".{start}.{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}.tmp");
    }

    static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
