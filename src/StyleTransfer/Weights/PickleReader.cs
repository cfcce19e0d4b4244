using System.Buffers.Binary;
using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>The bytes of one pickle: a bounded stretch of a file, read forwards in blocks.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Where the pickle begins.</param>
/// <param name="end">Where it must have ended at the latest.</param>
sealed class PickleReader(InputFile file, long start, long end)
{
    readonly byte[] _block = new byte[(int)Math.Min(1 << 16, Math.Max(0, end - start))];
    readonly long _start = start;
    long _blockStart = start;
    int _blockLength;
    long _frameEnd = -1;

    /// <summary>The offset in the file of the next byte.</summary>
    public long Position { get; private set; } = start;

    /// <summary>The error for something in the pickle that is broken or not allowed.</summary>
    public StyleFarmException Refuse(string what, long offset) => FileText.BadInput(
        file.Path, $"{what} at byte {offset}; nothing in the file was run", "use a file that torch.save wrote from a state_dict");

    public byte ReadByte()
    {
        Claim(1);
        return TakeByte();
    }

    public byte[] ReadBytes(int count)
    {
        Claim(count);
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = TakeByte();
        return bytes;
    }

    public int ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8));

    public double ReadBigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(ReadBytes(8));

    /// <summary>A text of <paramref name="count"/> bytes, which a pickle may claim to be of any size.</summary>
    public string ReadText(uint count)
    {
        if (count > PickleLimits.StringBytes)
            throw Refuse($"a text that claims {count} bytes (at most {PickleLimits.StringBytes} are read)", Position);
        return Encoding.UTF8.GetString(ReadBytes((int)count));
    }

    /// <summary>A line of at most 256 bytes, without its end.</summary>
    public string ReadLine()
    {
        var (line, from) = (new StringBuilder(), Position);
        for (var c = ReadByte(); c != '\n'; c = ReadByte())
        {
            if (line.Length == PickleLimits.GlobalBytes) throw Refuse($"a name longer than {PickleLimits.GlobalBytes} bytes", from);
            line.Append((char)c);
        }
        return line.ToString();
    }

    /// <summary>Opens a frame of protocol 4: it must lie in the file, begin where the last one ended, and be kept to.</summary>
    public void BeginFrame(long opcodeOffset)
    {
        var length = ReadUInt64();
        if (_frameEnd > Position) throw Refuse("a frame inside a frame", opcodeOffset);
        if (length > (ulong)(end - Position))
            throw Refuse($"a frame that claims {length} bytes where {end - Position} are left", opcodeOffset);
        _frameEnd = Position + (long)length;
    }

    void Claim(int count)
    {
        if (count > end - Position)
        {
            var what = $"cut off: the pickle goes on at byte {end}, where the data end";
            throw FileText.BadInput(file.Path, what, "get the file again");
        }
        if (Position + count - _start > PickleLimits.PickleBytes)
            throw Refuse($"a pickle longer than {PickleLimits.PickleBytes} bytes", Position);
        if (Position >= _frameEnd) _frameEnd = -1;
        else if (Position + count > _frameEnd) throw Refuse("a value that reaches beyond its frame", Position);
    }

    byte TakeByte()
    {
        if (Position >= _blockStart + _blockLength)
        {
            _blockStart = Position;
            _blockLength = (int)Math.Min(_block.Length, end - Position);
            file.Read(_blockStart, _block.AsSpan(0, _blockLength));
        }
        return _block[(int)(Position++ - _blockStart)];
    }
}
