using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The functions of native/stylefarm_vips.h, one to one.</summary>
static unsafe partial class NativeVips
{
    const string Library = "stylefarm_vips";

    public const int Ok = 0;
    public const int UnknownFormat = 2;
    public const int Unsupported = 3;

    public enum Blob
    {
        Exif = 1,
        Icc = 2,
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public int Width;
        public int Height;
        public int Bands;
        public int HasAlpha;
        public int BitsPerSample;
        public int Orientation;
        public int Pages;
        public int Format;
    }

    [LibraryImport(Library)]
    public static partial int sf_vips_init(int concurrency, out nint error);

    [LibraryImport(Library)]
    public static partial void sf_vips_set_concurrency(int threads);

    [LibraryImport(Library)]
    public static partial nint sf_vips_version();

    [LibraryImport(Library)]
    public static partial int sf_vips_can_load(int format);

    [LibraryImport(Library)]
    public static partial long sf_vips_live_images();

    [LibraryImport(Library)]
    public static partial void sf_vips_free(nint memory);

    [LibraryImport(Library)]
    public static partial int sf_vips_open(SafeFileHandle descriptor, out nint image, out Header header, out nint error);

    [LibraryImport(Library)]
    public static partial void sf_vips_close(nint image);

    [LibraryImport(Library)]
    public static partial int sf_vips_get_blob(VipsImageHandle image, int blob, out nint data, out long sizeBytes, out nint error);

    [LibraryImport(Library)]
    public static partial int sf_vips_begin_rows(VipsImageHandle image, int convertProfile, out int samples, out int sampleBytes, out nint error);

    [LibraryImport(Library)]
    public static partial int sf_vips_read_rows(VipsImageHandle image, int top, int count, byte* rows, long rowsBytes, out nint error);

    [LibraryImport(Library)]
    public static partial int sf_vips_encode(
        byte* pixels, int width, int height, int bands, int format, int quality, int srgbProfile, byte* profile, long profileBytes,
        out nint file,
        out long fileBytes, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sf_vips_draw_text(
        string text, int maxWidth, int heightPx, out nint mask, out int width, out int height, out nint error);
}
