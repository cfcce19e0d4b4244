using System.Buffers.Binary;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>EXIF orientation: where stored pixels belong upright, and how the tag is reset in an EXIF block.</summary>
static class ExifOrientation
{
    const ushort Tag = 0x0112;
    const ushort Short = 3;
    static ReadOnlySpan<byte> JpegPrefix => "Exif\0\0"u8;

    /// <summary>Whether the orientation exchanges width and height.</summary>
    public static bool Turns(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>
    /// Stored pixel (x, y) of an image that is <paramref name="width"/> × <paramref name="height"/> as stored belongs at index
    /// Origin + x·StepX + y·StepY of the upright image.
    /// </summary>
    public static (long Origin, long StepX, long StepY) Mapping(int orientation, long width, long height) => orientation switch
    {
        2 => (width - 1, -1, width),
        3 => (width * height - 1, -1, -width),
        4 => ((height - 1) * width, 1, -width),
        5 => (0, height, 1),
        6 => (height - 1, height, -1),
        7 => (width * height - 1, -height, -1),
        8 => ((width - 1) * height, -height, 1),
        _ => (0, 1, width),
    };

    /// <summary>The TIFF structure inside an EXIF block of any container; null when it is none.</summary>
    public static byte[]? StripPrefix(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith(JpegPrefix))
            block = block[JpegPrefix.Length..];
        return block.Length >= 8 && (block.StartsWith("II*\0"u8) || block.StartsWith("MM\0*"u8)) ? block.ToArray() : null;
    }

    /// <summary>A copy whose orientation tag, where there is one, says upright. Everything else stays byte for byte.</summary>
    public static byte[] Upright(byte[] exif)
    {
        var copy = (byte[])exif.Clone();
        var little = copy[0] == (byte)'I';
        var ifd = U32(copy.AsSpan(4));
        if (ifd > copy.Length - 2)
            return copy;
        var count = U16(copy.AsSpan((int)ifd));
        for (var i = 0; i < count; i++)
        {
            var at = ifd + 2 + 12L * i;
            if (at + 12 > copy.Length)
                break;
            var entry = copy.AsSpan((int)at, 12);
            if (U16(entry) != Tag || U16(entry[2..]) != Short)
                continue;
            if (little)
                BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], 1);
            else
                BinaryPrimitives.WriteUInt16BigEndian(entry[8..], 1);
        }
        return copy;

        ushort U16(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

        uint U32(ReadOnlySpan<byte> at) => little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
    }
}
