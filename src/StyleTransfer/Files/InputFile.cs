using Microsoft.Win32.SafeHandles;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Files;

/// <summary>A regular file that is read at offsets. Every failure is one line that names it.</summary>
sealed class InputFile : IDisposable
{
    readonly SafeFileHandle _handle;

    InputFile(string path, SafeFileHandle handle, long length) => (Path, _handle, Length) = (path, handle, length);

    public string Path { get; }

    /// <summary>Bytes, as found when the file was opened.</summary>
    public long Length { get; }

    /// <exception cref="StyleFarmException">BadInput: missing, a folder, empty, or not readable.</exception>
    public static InputFile Open(string path)
    {
        if (Directory.Exists(path)) throw FileText.BadInput(path, "is a folder, not a file", "name the file in it");
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists) throw FileText.BadInput(path, "no such file", "check the path");
            // Pipes and devices have length 0 too; opening one could wait for ever.
            if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) info = target;
            if (info.Length == 0) throw FileText.BadInput(path, "is empty (0 bytes)", "get the file again");
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
            return new InputFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw FileText.BadInput(path, $"cannot be read ({FileText.Reason(error)})", "check the path and its permissions", error);
        }
    }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var count = RandomAccess.Read(_handle, destination, offset);
                if (count == 0)
                    throw FileText.BadInput(Path, $"ends at byte {offset}, in the middle of what it announces", "get the file again");
                destination = destination[count..];
                offset += count;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileText.BadInput(Path, $"cannot be read at byte {offset} ({FileText.Reason(error)})", "check the disk", error);
        }
    }

    public void Dispose() => _handle.Dispose();
}
