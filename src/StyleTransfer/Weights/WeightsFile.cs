using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>The formats of weights files; told apart by content, never by a file's name.</summary>
public enum WeightsFileFormat
{
    /// <summary>torch.save before PyTorch 1.6: pickles and raw storages. torchvision publishes VGG19 in it.</summary>
    LegacyPth,

    /// <summary>torch.save since PyTorch 1.6: a zip archive.</summary>
    ZipPth,

    /// <summary>A safetensors file.</summary>
    Safetensors,
}

/// <summary>An open weights file: its tensors by name, read one by one when asked for.</summary>
sealed class WeightsFile : IDisposable
{
    readonly InputFile _file;
    readonly TensorReader _reader;

    WeightsFile(InputFile file)
    {
        _file = file;
        _reader = new TensorReader(file);
        Format = Recognise(file);
        Tensors = Format switch
        {
            WeightsFileFormat.LegacyPth => LegacyPth.Read(file),
            WeightsFileFormat.ZipPth => ZipPth.Read(file, _reader),
            _ => ReadSafetensors(),
        };
    }

    public string Path => _file.Path;

    public long SizeBytes => _file.Length;

    public WeightsFileFormat Format { get; }

    /// <summary>Every tensor, in no particular order.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The text-to-text map of a safetensors file; empty for the other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <exception cref="StyleFarmException">BadInput: missing, broken, refused, or no weights file.</exception>
    public static WeightsFile Open(string path)
    {
        var file = InputFile.Open(path);
        try
        {
            return new WeightsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a floating-point tensor as single precision, row-major.</summary>
    public float[] ReadFloats(StoredTensor tensor) => _reader.ReadFloats(tensor);

    public void Dispose() => _file.Dispose();

    Dictionary<string, StoredTensor> ReadSafetensors()
    {
        var header = SafetensorsHeader.Read(_file.Path, _file.Length, (offset, bytes) => _file.Read(offset, bytes));
        Metadata = header.Metadata;
        return header.Slots.ToDictionary(slot => slot.Name, slot =>
        {
            var block = new StoredBlock(slot.FirstByte, slot.SizeBytes);
            return new StoredTensor(slot.Name, slot.Type, slot.Shape, StoredTensor.RowMajor(slot.Shape), slot.FirstByte, block);
        });
    }

    static WeightsFileFormat Recognise(InputFile file)
    {
        var start = new byte[(int)Math.Min(file.Length, 512)];
        file.Read(0, start);
        if (start.AsSpan().StartsWith("PK\x03\x04"u8) || start.AsSpan().StartsWith("PK\x05\x06"u8)) return WeightsFileFormat.ZipPth;
        if (start[0] == 0x80 && (start.Length == 1 || start[1] is >= 2 and <= 5)) return WeightsFileFormat.LegacyPth;
        if (start.Length >= 9 && start[8] == '{') return WeightsFileFormat.Safetensors;
        throw FileText.BadInput(
            file.Path, $"is not a weights file ({Guess(start)})",
            "give a .pth that torch.save wrote or a .safetensors; `./stylefarm weights fetch` gets one");
    }

    static string Guess(byte[] start)
    {
        var text = Encoding.Latin1.GetString(start);
        if (text.TrimStart().StartsWith('<')) return "it looks like a web page";
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal)) return "it is a Git LFS pointer, not the file itself";
        if (text.StartsWith("\x89HDF", StringComparison.Ordinal)) return "it is an HDF5 file, as Keras writes";
        if (text.StartsWith("\x1f\x8b", StringComparison.Ordinal)) return "it is compressed with gzip: unpack it first";
        if (start.Length >= 262 && text[257..262] == "ustar") return "it is a tar archive, perhaps of PyTorch before 0.1.10";
        return $"it begins with the bytes {Convert.ToHexStringLower(start.AsSpan(0, Math.Min(8, start.Length)))}";
    }
}
