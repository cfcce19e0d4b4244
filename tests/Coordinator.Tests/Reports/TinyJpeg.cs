namespace StyleFarm.Coordinator.Tests.Reports;

/// <summary>Baseline JPEGs of one shade of grey, some 150 bytes long, written coefficient by coefficient (ITU T.81).</summary>
public static class TinyJpeg
{
    /// <summary>A picture of one shade.</summary>
    /// <param name="shade">Brought into 0 to 255.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static byte[] OfShade(int shade, int width = 24, int height = 16)
    {
        List<byte> jpeg = [0xFF, 0xD8];
        Segment(jpeg, 0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]);
        Segment(jpeg, 0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]);
        Segment(jpeg, 0xC4, [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Segment(jpeg, 0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00]);
        Segment(jpeg, 0xDA, [1, 1, 0x00, 0, 63, 0]);
        Append(jpeg, Scan(Math.Clamp(shade, 0, 255) - 128, (width + 7) / 8 * ((height + 7) / 8)));
        return [.. jpeg, 0xFF, 0xD9];
    }

    /// <summary>The first block says how far it is from mid grey, the others that nothing changes: category (4 bits), its bits, end of
    /// block.</summary>
    static string Scan(int difference, int blocks)
    {
        var category = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
        var bits = difference < 0 ? difference + (1 << category) - 1 : difference;
        var first = Convert.ToString(category, 2).PadLeft(4, '0') + (category == 0 ? "" : Convert.ToString(bits, 2).PadLeft(category, '0'))
            + "0";
        return first + string.Concat(Enumerable.Repeat("00000", blocks - 1));
    }

    static void Append(List<byte> jpeg, string scan)
    {
        foreach (var octet in scan.PadRight((scan.Length + 7) / 8 * 8, '1').Chunk(8))
        {
            jpeg.Add(Convert.ToByte(new string(octet), 2));
            if (jpeg[^1] == 0xFF) jpeg.Add(0);
        }
    }

    static void Segment(List<byte> jpeg, byte marker, byte[] body) =>
        jpeg.AddRange([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body]);
}
