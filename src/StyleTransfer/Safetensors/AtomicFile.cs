using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Safetensors;

/// <summary>Files that appear whole or not at all: written beside their place, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    const int NoSpaceLeft = 28;
    const int QuotaExceeded = 122;

    static int _counter;

    /// <summary>
    /// Writes a file through <paramref name="write"/>, replacing the one that is there. The folder is made when it is missing. Nothing is
    /// left behind when the writing fails.
    /// </summary>
    /// <exception cref="StyleFarmException">The folder cannot be written (BadInput) or the disk is full (OutOfResources).</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
            try
            {
                using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, full, overwrite: true);
            }
            catch
            {
                Remove(temporary);
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure(path, error);
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
