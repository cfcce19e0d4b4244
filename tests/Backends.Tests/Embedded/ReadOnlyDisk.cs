using System.Runtime.InteropServices;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>A disk that was filled and then made read-only: what not even root can write to.</summary>
static partial class ReadOnlyDisk
{
    const ulong ReadOnly = 1;
    const ulong Remount = 32;

    /// <summary>Forbids all writing to a disk.</summary>
    public static void Seal(TinyDisk disk)
    {
        if (mount("tmpfs", disk.Path, "tmpfs", ReadOnly | Remount, "") != 0)
            throw new InvalidOperationException($"{disk.Path} cannot be sealed");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);
}
