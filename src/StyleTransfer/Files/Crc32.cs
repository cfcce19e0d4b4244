namespace StyleFarm.StyleTransfer.Files;

/// <summary>The CRC-32 of zip archives and PNG chunks (ISO 3309), eight bytes at a time; the base library has none.</summary>
sealed class Crc32
{
    static readonly uint[] Table = BuildTable();

    uint _state = uint.MaxValue;

    public uint Value => ~_state;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var (crc, t) = (_state, Table);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BitConverter.ToUInt32(bytes);
            var high = BitConverter.ToUInt32(bytes[4..]);
            crc = t[0x700 + (low & 255)] ^ t[0x600 + ((low >> 8) & 255)] ^ t[0x500 + ((low >> 16) & 255)] ^ t[0x400 + (low >> 24)]
                ^ t[0x300 + (high & 255)] ^ t[0x200 + ((high >> 8) & 255)] ^ t[0x100 + ((high >> 16) & 255)] ^ t[high >> 24];
        }
        foreach (var b in bytes) crc = t[(crc ^ b) & 255] ^ (crc >> 8);
        _state = crc;
    }

    static uint[] BuildTable()
    {
        var table = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        for (var i = 256; i < table.Length; i++) table[i] = table[table[i - 256] & 255] ^ (table[i - 256] >> 8);
        return table;
    }
}
