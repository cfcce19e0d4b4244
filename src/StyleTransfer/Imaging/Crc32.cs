namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The checksum of PNG chunks (ISO 3309), which the base library does not have.</summary>
static class Crc32
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes)
            crc = Table[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }

    static uint Entry(int index)
    {
        var entry = (uint)index;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry & 1) != 0 ? 0xEDB88320 ^ entry >> 1 : entry >> 1;
        return entry;
    }
}
