using System.Buffers.Binary;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Puts an EXIF block, byte for byte, into an encoded file. (libvips would rebuild it and lose maker notes.)</summary>
static class ExifContainer
{
    const int MaxJpegSegmentBytes = 65_535;
    const int PngSignatureAndHeaderBytes = 8 + 25;
    const int RiffHeaderBytes = 12;
    const byte App0 = 0xE0;
    const byte App1 = 0xE1;
    const byte App2 = 0xE2;
    const byte WebPAlphaFlag = 0x10;
    const byte WebPExifFlag = 0x08;

    /// <summary>The file with this block, or with none; it gets none when the format or the size leaves no room for one.</summary>
    public static byte[] Set(byte[] file, ImageFormat format, byte[]? exif) => format switch
    {
        ImageFormat.Jpeg => IntoJpeg(file, exif),
        ImageFormat.Png when exif is not null => IntoPng(file, exif),
        ImageFormat.WebP => IntoWebP(file, exif),
        _ => file,
    };

    // After the JFIF segment, before all others. One that libvips made goes.
    static byte[] IntoJpeg(byte[] file, byte[]? exif)
    {
        List<byte> jfif = [];
        List<byte> others = [];
        var at = 2;
        while (file[at + 1] is App0 or App1 or App2)
        {
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (file[at + 1] != App1)
                (file[at + 1] == App0 ? jfif : others).AddRange(file[at..end]);
            at = end;
        }
        byte[] app1 = exif is null || exif.Length + 8 > MaxJpegSegmentBytes
            ? []
            : [0xFF, App1, (byte)(exif.Length + 8 >> 8), (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif];
        return [.. file[..2], .. jfif, .. app1, .. others, .. file[at..]];
    }

    static byte[] IntoPng(byte[] file, byte[] exif)
    {
        byte[] typed = [.. "eXIf"u8, .. exif];
        byte[] chunk = [.. Big(exif.Length), .. typed, .. Big((int)Crc32.Of(typed))];
        return [.. file[..PngSignatureAndHeaderBytes], .. chunk, .. file[PngSignatureAndHeaderBytes..]];
    }

    // libvips 8.14 writes an EXIF chunk of its own making even into a file that it was told to strip: it goes, wanted or not.
    static byte[] IntoWebP(byte[] file, byte[]? exif)
    {
        var chunks = new List<byte[]>();
        for (var at = RiffHeaderBytes; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            var end = Math.Min(file.Length, at + 8 + length + length % 2);
            if (!file.AsSpan(at).StartsWith("EXIF"u8))
                chunks.Add(file[at..end]);
            at = end;
        }
        if (exif is not null)
        {
            if (!chunks[0].AsSpan().StartsWith("VP8X"u8))
                chunks.Insert(0, ExtendedHeader(chunks[0]));
            byte[] padding = exif.Length % 2 == 0 ? [] : [0];
            chunks.Add([.. "EXIF"u8, .. Little(exif.Length), .. exif, .. padding]);
        }
        if (chunks[0].AsSpan().StartsWith("VP8X"u8))
            chunks[0][8] = (byte)(exif is null ? chunks[0][8] & ~WebPExifFlag : chunks[0][8] | WebPExifFlag);
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(c => c)];
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
