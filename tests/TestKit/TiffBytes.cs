using System.Buffers.Binary;

namespace StyleFarm.TestKit;

/// <summary>Uncompressed little-endian TIFF files made by hand; also the TIFF structure that EXIF is.</summary>
public static class TiffBytes
{
    public const int BlackIsZero = 1;
    public const int WhiteIsZero = 0;
    public const int Rgb = 2;
    public const int Cmyk = 5;

    /// <summary>A whole file. The samples come row after row, little-endian, all bands of a pixel together.</summary>
    public static byte[] Make(
        int width, int height, int bits, int bands, int photometric, byte[] samples, int orientation = 1, int extraSamples = -1,
        int sampleFormat = 1)
    {
        var tags = new List<(ushort Tag, uint Value)>
        {
            (256, (uint)width), (257, (uint)height), (258, (uint)bits), (259, 1), (262, (uint)photometric), (273, 8),
            (274, (uint)orientation),
            (277, (uint)bands), (278, (uint)height), (279, (uint)samples.Length), (284, 1), (339, (uint)sampleFormat),
        };
        if (extraSamples >= 0)
            tags.Insert(tags.Count - 1, (338, (uint)extraSamples));
        using var file = new MemoryStream();
        var directory = 8 + samples.Length + samples.Length % 2;
        // Bits of several bands do not fit in the entry: they follow the directory.
        var bitsAt = directory + 2 + 12 * tags.Count + 4;
        file.Write([.. "II*\0"u8, .. U32((uint)directory), .. samples]);
        if (samples.Length % 2 == 1)
            file.WriteByte(0);
        file.Write(U16((ushort)tags.Count));
        foreach (var (tag, value) in tags)
            if (tag is 258 or 339 && bands > 2)
                file.Write([.. U16(tag), .. U16(3), .. U32((uint)bands), .. U32((uint)(bitsAt + (tag == 339 ? 2 * bands : 0)))]);
            else if (tag is 258 or 339 && bands == 2)
                file.Write([.. U16(tag), .. U16(3), .. U32(2), .. U16((ushort)value), .. U16((ushort)value)]);
            else
                file.Write([.. U16(tag), .. U16(4), .. U32(1), .. U32(value)]);
        file.Write(U32(0));
        for (var i = 0; i < bands; i++)
            file.Write(U16((ushort)bits));
        for (var i = 0; i < bands; i++)
            file.Write(U16((ushort)sampleFormat));
        return file.ToArray();
    }

    public static byte[] Wide(params ushort[] samples) => [.. samples.SelectMany(U16)];

    /// <summary>An EXIF block with an orientation and a maker's name, in either byte order.</summary>
    public static byte[] Exif(int orientation, bool bigEndian = false)
    {
        byte[] little =
        [
            .. "II*\0"u8, .. U32(8), .. U16(2),
            .. U16(0x010F), .. U16(2), .. U32(4), .. "Cam\0"u8,
            .. U16(0x0112), .. U16(3), .. U32(1), .. U16((ushort)orientation), 0, 0,
            .. U32(0),
        ];
        byte[] big =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 2,
            1, 0x0F, 0, 2, 0, 0, 0, 4, .. "Cam\0"u8,
            1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
            0, 0, 0, 0,
        ];
        return bigEndian ? big : little;
    }

    /// <summary>A JPEG file with an EXIF block put in after its first marker.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif)
    {
        var length = 2 + 6 + exif.Length;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. exif, .. jpeg[2..]];
    }

    static byte[] U16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
