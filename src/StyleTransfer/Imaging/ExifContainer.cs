using System.Buffers.Binary;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Puts an EXIF block, byte for byte, into an encoded file. (libvips would rebuild it and lose maker notes.)</summary>
static class ExifContainer
{
    const int MaxJpegSegmentBytes = 65_535 - 2;
    const int PngSignatureAndHeaderBytes = 8 + 25;
    const int RiffHeaderBytes = 12;
    const byte WebPAlphaFlag = 0x10;
    const byte WebPExifFlag = 0x08;

    /// <summary>The file with the block in it; unchanged when the format or the size leaves no room for one.</summary>
    public static byte[] Insert(byte[] file, ImageFormat format, byte[] exif) => format switch
    {
        ImageFormat.Jpeg when exif.Length + 6 <= MaxJpegSegmentBytes => IntoJpeg(file, exif),
        ImageFormat.Png => IntoPng(file, exif),
        ImageFormat.WebP => IntoWebP(file, exif),
        _ => file,
    };

    // Before all other segments, as EXIF demands: APP1 right after the start-of-image marker.
    static byte[] IntoJpeg(byte[] file, byte[] exif)
    {
        var length = (ushort)(2 + 6 + exif.Length);
        return [.. file[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. exif, .. file[2..]];
    }

    static byte[] IntoPng(byte[] file, byte[] exif)
    {
        byte[] typed = [.. "eXIf"u8, .. exif];
        return [.. file[..PngSignatureAndHeaderBytes], .. Big(exif.Length), .. typed, .. Big((int)Crc32.Of(typed)), .. file[PngSignatureAndHeaderBytes..]];
    }

    static byte[] IntoWebP(byte[] file, byte[] exif)
    {
        var chunks = file.AsSpan(RiffHeaderBytes);
        byte[] extended = chunks.StartsWith("VP8X"u8) ? chunks[..18].ToArray() : ExtendedHeader(chunks);
        var rest = chunks.StartsWith("VP8X"u8) ? chunks[18..] : chunks;
        extended[8] |= WebPExifFlag;
        byte[] padding = exif.Length % 2 == 0 ? [] : [0];
        byte[] body = [.. "WEBP"u8, .. extended, .. rest, .. "EXIF"u8, .. Little(exif.Length), .. exif, .. padding];
        return [.. "RIFF"u8, .. Little(body.Length), .. body];
    }

    // A plain file has one chunk, VP8 (lossy) or VP8L, and its size stands in there.
    static byte[] ExtendedHeader(ReadOnlySpan<byte> chunks)
    {
        int width, height;
        byte flags = 0;
        if (chunks.StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(chunks[9..]);
            width = (int)(bits & 0x3FFF) + 1;
            height = (int)(bits >> 14 & 0x3FFF) + 1;
            flags = (bits >> 28 & 1) != 0 ? WebPAlphaFlag : (byte)0;
        }
        else
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(chunks[14..]) & 0x3FFF;
            height = BinaryPrimitives.ReadUInt16LittleEndian(chunks[16..]) & 0x3FFF;
        }
        return [.. "VP8X"u8, .. Little(10), flags, 0, 0, 0, .. Little(width - 1)[..3], .. Little(height - 1)[..3]];
    }

    static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Little(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
