using System.Text.Json;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Safetensors;

/// <summary>Where a tensor lies in a file: <paramref name="FirstByte"/> counts from the start of the file.</summary>
sealed record SafetensorsSlot(string Name, SafetensorsType Type, long[] Shape, long FirstByte, long SizeBytes);

/// <summary>
/// The JSON header of a safetensors file, checked against the file's length: known types, sizes that match the shapes, no overlap, no
/// gap, nothing behind the last tensor.
/// </summary>
sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, in bytes; VGG19's takes about 3 kB.</summary>
    public const int MaxHeaderBytes = 8 << 20;

    const int MaxTensors = 65_536;
    const int MaxNameLength = 1024;
    const int MaxRank = 16;

    readonly string _path;
    readonly long _dataStart;
    readonly List<SafetensorsSlot> _slots = [];
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    SafetensorsHeader(string path, long dataStart) => (_path, _dataStart) = (path, dataStart);

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsSlot> Slots => _slots;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>
    /// Reads the header through <paramref name="read"/> (offset, destination; always filled) of a file of <paramref name="length"/> bytes.
    /// </summary>
    public static SafetensorsHeader Read(string path, long length, Action<long, byte[]> read)
    {
        if (length < 8) throw Refusal(path, $"ends after {length} bytes, inside the header's size");
        var size = new byte[8];
        read(0, size);
        var headerBytes = BitConverter.ToUInt64(size);
        if (headerBytes > MaxHeaderBytes) throw Refusal(path, $"the header claims {headerBytes} bytes (at most {MaxHeaderBytes} are read)");
        if ((long)headerBytes > length - 8)
            throw Refusal(path, $"cut off: the header takes {headerBytes} bytes, the file ends after {length - 8}");
        var json = new byte[(int)headerBytes];
        read(8, json);
        var header = new SafetensorsHeader(path, 8 + json.Length);
        try
        {
            header.Parse(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw Refusal(path, "the header is not the JSON of a safetensors file", error);
        }
        header.CheckLayout(length);
        return header;
    }

    static StyleFarmException Refusal(string path, string what, Exception? inner = null) =>
        FileText.BadInput(path, $"broken safetensors file: {what}", "get the file again or write it anew", inner);

    void Parse(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name.Length is 0 or > MaxNameLength)
                throw Refusal(_path, $"a tensor's name has {name.Length} characters (1 to {MaxNameLength})");
            if (!names.Add(name)) throw Refusal(_path, $"two tensors are called {FileText.Quote(name)}");
            if (names.Count > MaxTensors) throw Refusal(_path, $"more than {MaxTensors} tensors");
            Expect(ref reader, JsonTokenType.StartObject);
            if (name == "__metadata__") ParseMetadata(ref reader);
            else ParseTensor(ref reader, name);
        }
        if (reader.TokenType != JsonTokenType.EndObject) throw new JsonException();
        while (reader.Read()) throw new JsonException();
    }

    void ParseMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            if (!_metadata.TryAdd(key, reader.GetString()!)) throw Refusal(_path, $"the metadata hold {FileText.Quote(key)} twice");
        }
    }

    void ParseTensor(ref Utf8JsonReader reader, string name)
    {
        SafetensorsType? type = null;
        long[]? shape = null, range = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8) && type is null) type = ParseType(ref reader, name);
            else if (reader.ValueTextEquals("shape"u8) && shape is null) shape = ParseNumbers(ref reader, name);
            else if (reader.ValueTextEquals("data_offsets"u8) && range is null) range = ParseNumbers(ref reader, name);
            else throw Refusal(_path, $"{FileText.Quote(name)} has an unknown or doubled field {FileText.Quote(reader.GetString()!)}");
        }
        if (type is not { } known || shape is null || range is not [var first, var end])
            throw Refusal(_path, $"{FileText.Quote(name)} lacks its dtype, shape or data_offsets");
        var elements = FileText.Product(shape);
        if (end < first || elements < 0 || elements > long.MaxValue / 8 || elements * known.SizeBytes() != end - first)
        {
            var found = $"{FileText.Shape(shape)} {known} does not fill the bytes {first} to {end}";
            throw Refusal(_path, $"{FileText.Quote(name)}: {found}");
        }
        _slots.Add(new SafetensorsSlot(name, known, shape, first, end - first));
    }

    SafetensorsType ParseType(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String);
        var text = reader.GetString()!;
        foreach (var type in Enum.GetValues<SafetensorsType>())
            if (type.ToString() == text)
                return type;
        throw Refusal(_path, $"{FileText.Quote(name)} has the unknown type {FileText.Quote(text)}");
    }

    long[] ParseNumbers(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var number) || number < 0)
                throw Refusal(_path, $"{FileText.Quote(name)} has a size or offset out of range");
            if (numbers.Count == MaxRank) throw Refusal(_path, $"{FileText.Quote(name)} has more than {MaxRank} dimensions");
            numbers.Add(number);
        }
        return reader.TokenType == JsonTokenType.EndArray ? [.. numbers] : throw new JsonException();
    }

    void CheckLayout(long length)
    {
        _slots.Sort((a, b) => (a.FirstByte, a.SizeBytes, a.Name).CompareTo((b.FirstByte, b.SizeBytes, b.Name)));
        var next = 0L;
        var available = length - _dataStart;
        for (var i = 0; i < _slots.Count; i++)
        {
            var slot = _slots[i];
            if (slot.FirstByte != next)
            {
                var what = slot.FirstByte < next ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it";
                throw Refusal(_path, $"{FileText.Quote(slot.Name)} {what} (starts at byte {slot.FirstByte} of the data, expected {next})");
            }
            if (slot.SizeBytes > available - slot.FirstByte)
            {
                var left = available - slot.FirstByte;
                throw Refusal(_path, $"cut off inside {FileText.Quote(slot.Name)}: it needs {slot.SizeBytes} bytes, {left} are left");
            }
            next += slot.SizeBytes;
            _slots[i] = slot with { FirstByte = _dataStart + slot.FirstByte };
        }
        if (next != available) throw Refusal(_path, $"{available - next} bytes behind the last tensor");
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token) throw new JsonException();
    }

    /// <summary>Writes the header for tensors in this order: its size, the JSON, spaces up to a multiple of eight bytes.</summary>
    public static byte[] Serialize(IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        stream.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var next = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [next, next + tensor.Data.Length]);
                json.WriteEndObject();
                next += tensor.Data.Length;
            }
            json.WriteEndObject();
        }
        while (stream.Length % 8 != 0) stream.WriteByte((byte)' ');
        var bytes = stream.ToArray();
        BitConverter.TryWriteBytes(bytes, (long)bytes.Length - 8);
        return bytes;
    }

    static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
