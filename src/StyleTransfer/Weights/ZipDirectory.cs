using System.Buffers.Binary;
using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// The entries of a zip archive as torch.save writes it: stored, not compressed. Compressed or encrypted entries, names that occur
/// twice, entries that overlap or lie outside the file are refused, so an archive can never unfold to more than its own length.
/// </summary>
sealed class ZipDirectory
{
    const int MaxEntries = 65_536;
    const int MaxDirectoryBytes = 16 << 20;
    const int EndSize = 22;
    const int EntrySize = 46;
    const int LocalSize = 30;

    readonly InputFile _file;
    readonly Dictionary<string, StoredBlock> _entries = new(StringComparer.Ordinal);

    ZipDirectory(InputFile file) => _file = file;

    /// <summary>Every entry's bytes in the file, by name.</summary>
    public IReadOnlyDictionary<string, StoredBlock> Entries => _entries;

    public static ZipDirectory Read(InputFile file)
    {
        var zip = new ZipDirectory(file);
        var (count, start, size) = zip.FindDirectory();
        if (count > MaxEntries) throw zip.Refuse($"{count} entries (at most {MaxEntries} are read)");
        if (size > MaxDirectoryBytes) throw zip.Refuse($"a directory of {size} bytes (at most {MaxDirectoryBytes} are read)");
        if (start > (ulong)file.Length || size > (ulong)file.Length - start) throw zip.Refuse("a directory outside the file");
        var directory = new byte[(int)size];
        file.Read((long)start, directory);
        zip.ParseEntries(directory, (int)count, (long)start);
        return zip;
    }

    StyleFarmException Refuse(string what) => FileText.BadInput(
        _file.Path, $"the zip archive has {what}",
        "get the file again, or save the state_dict with torch.save and leave the result as it is");

    (ulong Count, ulong Start, ulong Size) FindDirectory()
    {
        var tail = new byte[(int)Math.Min(_file.Length, EndSize + ushort.MaxValue)];
        _file.Read(_file.Length - tail.Length, tail);
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (!end.StartsWith("PK\x05\x06"u8) || U16(end, 20) != end.Length - EndSize) continue;
            if (U16(end, 4) is not (0 or 0xFFFF)) throw Refuse("several volumes");
            var isLarge = U16(end, 10) == 0xFFFF || U32(end, 12) == uint.MaxValue || U32(end, 16) == uint.MaxValue;
            return isLarge ? FindLargeDirectory(_file.Length - tail.Length + i) : (U16(end, 10), U32(end, 16), U32(end, 12));
        }
        throw FileText.BadInput(_file.Path, "cut off: a zip archive without its directory, which stands at the end", "get the file again");
    }

    (ulong Count, ulong Start, ulong Size) FindLargeDirectory(long end)
    {
        var locator = new byte[20];
        if (end < locator.Length) throw Refuse("a zip64 mark without a zip64 directory");
        _file.Read(end - locator.Length, locator);
        var offset = U64(locator, 8);
        var record = new byte[56];
        if (!locator.AsSpan().StartsWith("PK\x06\x07"u8) || end < record.Length || offset > (ulong)(end - record.Length))
            throw Refuse("a zip64 mark without a zip64 directory");
        _file.Read((long)offset, record);
        if (!record.AsSpan().StartsWith("PK\x06\x06"u8)) throw Refuse("a zip64 mark without a zip64 directory");
        return (U64(record, 32), U64(record, 48), U64(record, 40));
    }

    void ParseEntries(ReadOnlySpan<byte> directory, int count, long directoryStart)
    {
        var taken = new List<(long First, long End)>();
        for (var i = 0; i < count; i++)
        {
            if (directory.Length < EntrySize || !directory.StartsWith("PK\x01\x02"u8))
                throw Refuse($"a directory that breaks off at entry {i + 1}");
            var (nameLength, extraLength, commentLength) = (U16(directory, 28), U16(directory, 30), U16(directory, 32));
            var length = EntrySize + nameLength + extraLength + commentLength;
            if (directory.Length < length) throw Refuse($"a directory that breaks off at entry {i + 1}");
            var name = Encoding.UTF8.GetString(directory.Slice(EntrySize, nameLength));
            var (packed, size, local) = Sizes(directory, directory.Slice(EntrySize + nameLength, extraLength), name);
            CheckPlain(name, U16(directory, 8), U16(directory, 10), packed, size);
            var first = LocateData(name, local, directoryStart);
            if (size > (ulong)(directoryStart - first)) throw Refuse($"the entry {FileText.Quote(name)} reaching beyond the data");
            taken.Add(((long)local, first + (long)size));
            if (!_entries.TryAdd(name, new StoredBlock(first, (long)size, U32(directory, 16))))
                throw Refuse($"two entries called {FileText.Quote(name)}");
            directory = directory[length..];
        }
        taken.Sort();
        for (var i = 1; i < taken.Count; i++)
            if (taken[i].First < taken[i - 1].End)
                throw Refuse("entries that overlap");
    }

    void CheckPlain(string name, int flags, int method, ulong packed, ulong size)
    {
        if ((flags & 0x2041) != 0) throw Refuse($"the encrypted entry {FileText.Quote(name)}");
        if (method != 0) throw Refuse($"the compressed entry {FileText.Quote(name)} (torch.save never compresses)");
        if (packed != size) throw Refuse($"the stored entry {FileText.Quote(name)} with two different sizes, {packed} and {size}");
    }

    (ulong Packed, ulong Size, ulong Local) Sizes(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra, string name)
    {
        (ulong packed, ulong size, ulong local) = (U32(entry, 20), U32(entry, 24), U32(entry, 42));
        if (packed != uint.MaxValue && size != uint.MaxValue && local != uint.MaxValue) return (packed, size, local);
        while (extra.Length >= 4)
        {
            var length = U16(extra, 2);
            if (length > extra.Length - 4) break;
            var values = extra.Slice(4, length);
            if (U16(extra, 0) == 1 && Take(ref values, ref size) && Take(ref values, ref packed) && Take(ref values, ref local))
                return (packed, size, local);
            extra = extra[(4 + length)..];
        }
        throw Refuse($"the entry {FileText.Quote(name)} without its zip64 sizes");
    }

    static bool Take(ref ReadOnlySpan<byte> values, ref ulong field)
    {
        if (field != uint.MaxValue) return true;
        if (values.Length < 8) return false;
        field = U64(values, 0);
        values = values[8..];
        return true;
    }

    long LocateData(string name, ulong local, long directoryStart)
    {
        if (directoryStart < LocalSize || local > (ulong)(directoryStart - LocalSize))
            throw Refuse($"the entry {FileText.Quote(name)} outside the data");
        var header = new byte[LocalSize];
        _file.Read((long)local, header);
        var first = (long)local + LocalSize + U16(header, 26) + U16(header, 28);
        if (!header.AsSpan().StartsWith("PK\x03\x04"u8) || first > directoryStart)
            throw Refuse($"no data for the entry {FileText.Quote(name)}");
        CheckPlain(name, U16(header, 6), U16(header, 8), 0, 0);
        return first;
    }

    static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
