using System.Buffers.Binary;

namespace StyleFarm.Coordinator.Reports;

/// <summary>Reads a JPEG's dimensions from its frame header (ITU T.81, B.2.2), so that a page can keep room for it.</summary>
static class JpegSize
{
    /// <summary>Width and height in pixels, or null when the bytes are no JPEG or end before the frame header.</summary>
    public static (int Width, int Height)? Of(ReadOnlySpan<byte> jpeg)
    {
        if (!jpeg.StartsWith<byte>([0xFF, 0xD8])) return null;
        for (var at = 2; at + 9 <= jpeg.Length && jpeg[at] == 0xFF;)
        {
            var marker = jpeg[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (IsFrame(marker))
            {
                var height = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]);
                var width = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]);
                return width > 0 && height > 0 ? (width, height) : null;
            }
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }
        return null;
    }

    /// <summary>SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC), which lie among them.</summary>
    static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
