using System.Runtime.InteropServices;

namespace StyleFarm.TestKit;

/// <summary>Makes image files that the product itself never writes, by calling libvips directly.</summary>
public static partial class VipsFixture
{
    public const int Rgb = 22;
    public const int Cmyk = 15;
    public const int Rgb16 = 25;
    public const int Lab = 13;

    const string Vips = "libvips.so.42";

    /// <summary>
    /// Writes samples as <paramref name="path"/>, with libvips' save options in <paramref name="options"/> (such as <c>profile=p3</c>) and
    /// whole-number metadata (such as page-height).
    /// </summary>
    public static void Write<T>(
        string path, T[] samples, int width, int height, int bands, int interpretation, string options = "",
        params (string Name, int Value)[] metadata)
        where T : unmanaged
    {
        _ = StyleFarm.StyleTransfer.Imaging.VipsLibrary.Version; // starts libvips
        var format = samples switch { byte[] => 0, ushort[] => 2, float[] => 6, _ => throw new ArgumentException("type") };
        var bytes = MemoryMarshal.AsBytes<T>(samples).ToArray();
        var image = vips_image_new_from_memory_copy(bytes, (nuint)bytes.Length, width, height, bands, format);
        if (image == 0) throw new InvalidOperationException($"libvips could not take the samples of {path}");
        vips_image_init_fields(image, width, height, bands, format, 0, interpretation, 1, 1);
        foreach (var (name, value) in metadata)
            vips_image_set_int(image, name, value);
        var status = vips_image_write_to_file(image, $"{path}[{options}]", 0);
        g_object_unref(image);
        if (status != 0) throw new InvalidOperationException($"libvips could not make {path}");
    }

    [LibraryImport(Vips)]
    internal static partial nint vips_image_new_from_memory_copy(byte[] data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips)]
    internal static partial void vips_image_init_fields(
        nint image, int width, int height, int bands, int format, int coding, int interpretation, double xres, double yres);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set_int(nint image, string name, int value);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_write_to_file(nint image, string name, nint end);

    [LibraryImport("libgobject-2.0.so.0")]
    internal static partial void g_object_unref(nint instance);
}
