using System.Collections.ObjectModel;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Safetensors;

/// <summary>
/// A safetensors file: named tensors and a text-to-text map. What is written is a function of the contents alone: tensors by element
/// size, widest first, then by name (so every tensor is aligned to its elements), metadata by key, the header padded with spaces to
/// eight bytes.
/// </summary>
public sealed class SafetensorsFile
{
    SafetensorsFile(IReadOnlyDictionary<string, SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata) =>
        (Tensors, Metadata) = (tensors, metadata);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>The text-to-text map of the header; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a whole file into memory. A tensor may have up to 2 GiB.</summary>
    /// <exception cref="StyleFarmException">BadInput: missing, empty, cut off, or not a well-formed safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var file = InputFile.Open(path);
        var header = SafetensorsHeader.Read(path, file.Length, (offset, bytes) => file.Read(offset, bytes));
        return Build(path, header, slot =>
        {
            var bytes = GC.AllocateUninitializedArray<byte>((int)slot.SizeBytes);
            file.Read(slot.FirstByte, bytes);
            return bytes;
        });
    }

    /// <summary>Parses a file that is in memory already; the tensors are slices of <paramref name="bytes"/>, nothing is copied.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What an error calls it: a path or a storage key.</param>
    /// <exception cref="StyleFarmException">BadInput: empty, cut off, or not a well-formed safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        var header = SafetensorsHeader.Read(name, bytes.Length, (offset, part) => bytes.Span.Slice((int)offset, part.Length).CopyTo(part));
        return Build(name, header, slot => bytes.Slice((int)slot.FirstByte, (int)slot.SizeBytes));
    }

    /// <summary>Writes a file, whole or not at all, replacing the one that is there.</summary>
    /// <param name="path">Where to; the folder is made when it is missing.</param>
    /// <param name="tensors">In any order; names are unique.</param>
    /// <param name="metadata">Text by text, or none.</param>
    /// <exception cref="StyleFarmException">The file cannot be written (BadInput) or the disk is full (OutOfResources).</exception>
    /// <exception cref="ArgumentException">Two tensors of one name, or bytes that do not match a tensor's shape.</exception>
    public static void Write(string path, IEnumerable<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = Order(tensors);
        AtomicFile.Write(path, stream => WriteOrdered(stream, ordered, metadata));
    }

    /// <summary>Writes the same bytes to a stream.</summary>
    /// <exception cref="ArgumentException">Two tensors of one name, or bytes that do not match a tensor's shape.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WriteOrdered(stream, Order(tensors), metadata);

    static SafetensorsFile Build(string path, SafetensorsHeader header, Func<SafetensorsSlot, ReadOnlyMemory<byte>> data)
    {
        var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        foreach (var slot in header.Slots)
        {
            if (slot.SizeBytes > Array.MaxLength)
            {
                var what = $"{FileText.Quote(slot.Name)} has {slot.SizeBytes} bytes, more than one tensor may have ({Array.MaxLength})";
                throw FileText.BadInput(path, what, "split the tensor");
            }
            tensors.Add(slot.Name, new SafetensorsEntry(slot.Name, slot.Type, slot.Shape, data(slot)));
        }
        return new SafetensorsFile(new ReadOnlyDictionary<string, SafetensorsEntry>(tensors), header.Metadata);
    }

    static List<SafetensorsEntry> Order(IEnumerable<SafetensorsEntry> tensors)
    {
        var ordered = tensors.OrderByDescending(t => t.Type.SizeBytes()).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in ordered)
        {
            if (tensor.Name.Length is 0 or > 1024 || tensor.Name == "__metadata__")
                throw new ArgumentException($"a tensor cannot be called '{tensor.Name}'", nameof(tensors));
            if (!names.Add(tensor.Name)) throw new ArgumentException($"two tensors are called '{tensor.Name}'", nameof(tensors));
            var elements = FileText.Product(tensor.Shape);
            if (elements < 0 || elements * (Int128)tensor.Type.SizeBytes() != tensor.Data.Length)
            {
                var found = $"{FileText.Shape(tensor.Shape)} {tensor.Type} does not take {tensor.Data.Length} bytes";
                throw new ArgumentException($"tensor '{tensor.Name}': {found}", nameof(tensors));
            }
        }
        return ordered;
    }

    static void WriteOrdered(Stream stream, List<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        stream.Write(SafetensorsHeader.Serialize(tensors, metadata ?? ReadOnlyDictionary<string, string>.Empty));
        foreach (var tensor in tensors) stream.Write(tensor.Data.Span);
    }
}
