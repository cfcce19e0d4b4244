using System.Buffers.Binary;
using System.Text;

namespace StyleFarm.TestKit.Otlp;

/// <summary>A message in protobuf, read without its schema: fields by number.</summary>
sealed class ProtoMessage
{
    readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    /// <exception cref="FormatException">It is none.</exception>
    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var key = Varint(ref bytes);
            var (number, content) = (0UL, ReadOnlyMemory<byte>.Empty);
            switch (key & 7)
            {
                case 0: number = Varint(ref bytes); break;
                case 1: number = BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8).Span); break;
                case 2: content = Take(ref bytes, checked((int)Varint(ref bytes))); break;
                case 5: number = BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4).Span); break;
                default: throw new FormatException($"wire type {key & 7}");
            }

            _fields.Add(((int)(key >> 3), number, content));
        }
    }

    /// <summary>The messages of a repeated field.</summary>
    public IEnumerable<ProtoMessage> All(int field) => BytesOf(field).Select(bytes => new ProtoMessage(bytes));

    /// <summary>The message of a field; null: not there.</summary>
    public ProtoMessage? One(int field) => All(field).LastOrDefault();

    public bool Has(int field) => _fields.Exists(found => found.Field == field);

    public string Text(int field) => Encoding.UTF8.GetString(BytesOf(field).LastOrDefault().Span);

    public string Hex(int field) => Convert.ToHexStringLower(BytesOf(field).LastOrDefault().Span);

    public ulong Number(int field) => _fields.LastOrDefault(found => found.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    /// <summary>Attributes, as the text of their values.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(pair => pair.Text(1), pair => ValueOf(pair.One(2)!));

    static string ValueOf(ProtoMessage value) => value.Has(1) ? value.Text(1)
        : value.Has(2) ? (value.Number(2) != 0 ? "true" : "false")
        : value.Has(3) ? $"{(long)value.Number(3)}" : value.Has(4) ? $"{value.Double(4)}" : "";

    IEnumerable<ReadOnlyMemory<byte>> BytesOf(int field) => _fields.Where(found => found.Field == field).Select(found => found.Bytes);

    static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        for (var (value, shift) = (0UL, 0); shift < 64; shift += 7)
        {
            var next = Take(ref bytes, 1).Span[0];
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }

        throw new FormatException("a number of more than 64 bits");
    }

    static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        if (bytes.Length < count) throw new FormatException($"{count} bytes are wanted, {bytes.Length} are left");
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
