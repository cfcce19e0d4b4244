using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace StyleFarm.Backends.Journals;

/// <summary>A CRC-32C over several values; texts and bytes enter with their lengths, so that no two lists of values read alike.</summary>
struct Checksum
{
    uint _state;

    public Checksum() => _state = uint.MaxValue;

    public readonly long Value => ~_state;

    public Checksum Add(long value)
    {
        _state = BitOperations.Crc32C(_state, (ulong)value);
        return this;
    }

    public Checksum Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            _state = BitOperations.Crc32C(_state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) _state = BitOperations.Crc32C(_state, value);
        return this;
    }

    public Checksum Add(string text) => Add(Encoding.UTF8.GetBytes(text));
}
