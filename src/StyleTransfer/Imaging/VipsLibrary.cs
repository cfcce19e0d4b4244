using System.Runtime.InteropServices;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The one libvips of this process: start, threads, facts. All members may be called from any thread.</summary>
public static class VipsLibrary
{
    /// <summary>Threads that libvips uses to encode one image, when nothing else was set.</summary>
    public const int DefaultConcurrency = 2;

    static readonly Lazy<string?> StartFault = new(Start);

    /// <summary>libvips' version, such as <c>8.14.1</c>.</summary>
    /// <exception cref="StyleFarmException"><see cref="ErrorCode.BadUsage"/>: libvips cannot be loaded.</exception>
    public static string Version
    {
        get
        {
            EnsureStarted();
            return Marshal.PtrToStringUTF8(NativeVips.sf_vips_version()) ?? "";
        }
    }

    /// <summary>Native images that are open right now; 0 when every handle was disposed.</summary>
    public static long LiveImages
    {
        get
        {
            EnsureStarted();
            return NativeVips.sf_vips_live_images();
        }
    }

    /// <summary>Sets how many threads libvips uses to encode one image, 1 to 64. Results do not depend on it.</summary>
    public static void SetConcurrency(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 64);
        EnsureStarted();
        NativeVips.sf_vips_set_concurrency(threads);
    }

    /// <summary>Whether this libvips decodes the format (HEIF is an optional module).</summary>
    public static bool CanLoad(ImageFormat format)
    {
        EnsureStarted();
        return NativeVips.sf_vips_can_load((int)format) != 0;
    }

    internal static void EnsureStarted()
    {
        if (StartFault.Value is { } fault)
            throw StyleFarmException.BadUsage(fault);
    }

    /// <summary>Throws the message that came with a failed call, and frees it.</summary>
    internal static void Check(int status, nint error)
    {
        if (status == NativeVips.Ok)
            return;
        var message = Marshal.PtrToStringUTF8(error) ?? "no reason given";
        NativeVips.sf_vips_free(error);
        throw new VipsException(status, OneLine.Of(message));
    }

    /// <summary>Copies a native buffer into managed memory and frees it.</summary>
    internal static byte[] Take(nint memory, long sizeBytes)
    {
        try
        {
            var copy = new byte[sizeBytes];
            Marshal.Copy(memory, copy, 0, copy.Length);
            return copy;
        }
        finally
        {
            NativeVips.sf_vips_free(memory);
        }
    }

    static string? Start()
    {
        try
        {
            Check(NativeVips.sf_vips_init(DefaultConcurrency, out var error), error);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return $"libstylefarm_vips.so: cannot be loaded ({OneLine.Of(e.Message.Split('\n')[0])}); install libvips42 and build again";
        }
        catch (VipsException e)
        {
            return $"libvips: does not start ({e.Message}); install libvips42 again";
        }
    }
}
