using System.Runtime.InteropServices;

namespace StyleFarm.TestKit;

/// <summary>A file system in memory that is full soon. Only root may make one.</summary>
public sealed partial class TinyDisk : IDisposable
{
    /// <summary>Why there may be none, for a skipped test.</summary>
    public const string Reason = "no right to mount a tiny disk here (root on Linux has it)";

    const ulong NoExecution = 8;

    TinyDisk(string path) => Path = path;

    /// <summary>Its root folder.</summary>
    public string Path { get; }

    /// <summary>Mounts one on a folder, which is made; null where that is not allowed.</summary>
    public static TinyDisk? TryMount(string path, int sizeKilobytes)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Directory.CreateDirectory(path);
        return mount("tmpfs", path, "tmpfs", NoExecution, $"size={sizeKilobytes}k") == 0 ? new TinyDisk(path) : null;
    }

    public void Dispose()
    {
        if (umount(Path) != 0) throw new InvalidOperationException($"{Path} cannot be unmounted: something is still open there");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount(string target);
}
