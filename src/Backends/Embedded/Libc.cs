using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StyleFarm.Backends.Embedded;

/// <summary>What .NET has no call for.</summary>
static partial class Libc
{
    const int ReadOnly = 0;
    const int BindNow = 2;
    const int BindToItself = 8;
    static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>
    /// Brings a folder's own entries to the disk: a file that was renamed into it is found there after a power failure. Windows has no
    /// such call and needs none: its file systems keep a journal of names.
    /// </summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = Open(path);
        // Some network file systems refuse this on folders; they flush names when a file is closed.
        if (fsync(folder) != 0 && Marshal.GetLastPInvokeError() is var error && !IsUnsupported(error)) throw Failure(path, error);
    }

    /// <summary>Opens for reading without .NET's own lock, which a file that is held by another process would refuse.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SafeFileHandle Open(string path)
    {
        var handle = open(path, ReadOnly | CloseOnExec);
        return handle < 0 ? throw Failure(path, Marshal.GetLastPInvokeError()) : new SafeFileHandle(handle, ownsHandle: true);
    }

    /// <summary>
    /// Loads a library with all that it calls bound at once, to itself first. False where there is none of that name beside the program,
    /// and on systems that bind so anyway.
    /// </summary>
    public static bool LoadBound(string file)
    {
        if (!OperatingSystem.IsLinux()) return false;
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Append(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) is { } path
            && dlopen(path, BindNow | BindToItself) != 0;
    }

    static bool IsUnsupported(int error) => error is 22 or 25 or 45 or 95;

    static IOException Failure(string path, int error) => new($"{path}: {new Win32Exception(error).Message}", error);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
}
