using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.TestKit;

/// <summary>PNG files made by hand, so that the reader meets bytes that no library of ours wrote.</summary>
public static class PngBytes
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int Rgba = 6;

    /// <summary>A whole file. The scanlines are packed rows without filter bytes, one after the other.</summary>
    public static byte[] Make(
        int width, int height, int bitDepth, int colourType, byte[] scanlines, params (string Type, byte[] Data)[] chunks)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Chunk(file, "IHDR", [.. Big(width), .. Big(height), (byte)bitDepth, (byte)colourType, 0, 0, 0]);
        foreach (var (type, data) in chunks)
            Chunk(file, type, data);
        Chunk(file, "IDAT", Compress(scanlines, height));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Signature and header alone, as of a file whose data is yet to come.</summary>
    public static byte[] HeaderOnly(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Chunk(file, "IHDR", [.. Big(width), .. Big(height), 8, Rgb, 0, 0, 0]);
        Chunk(file, "IDAT", Compress([], 0));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>16-bit samples as PNG holds them, high byte first.</summary>
    public static byte[] Wide(params ushort[] samples) => [.. samples.SelectMany(s => new[] { (byte)(s >> 8), (byte)s })];

    static byte[] Compress(byte[] scanlines, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(scanlines, y * (scanlines.Length / height), scanlines.Length / height);
            }
        return packed.ToArray();
    }

    static void Chunk(Stream file, string type, byte[] data)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(Big(data.Length));
        file.Write(typed);
        file.Write(Big((int)Crc32.Of(typed)));
    }

    static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
