using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// The <c>.pth</c> of PyTorch before 1.6, in which torchvision publishes VGG19: pickles of a magic number, the protocol, the machine, the
/// state dict and the storages' keys; then each storage, its number of elements first.
/// </summary>
static class LegacyPth
{
    const int Protocol = 1001;

    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static Dictionary<string, StoredTensor> Read(InputFile file)
    {
        var position = 0L;
        if (Load(file, ref position).Value is not BigInteger magic || magic != Magic)
            throw Refuse(file, "a pickle, but not one that torch.save wrote (it does not begin with PyTorch's magic number)");
        if (Load(file, ref position).Value is not (long)Protocol)
            throw Refuse(file, $"the serialisation protocol is not {Protocol}");
        if (Load(file, ref position).Value is not PickleDict machine || machine.Items.GetValueOrDefault("little_endian") is not true)
            throw Refuse(file, "it was written on a big-endian machine, or does not say on which");
        var (root, storages) = Load(file, ref position);
        if (Load(file, ref position).Value is not PickleList keys) throw Refuse(file, "the list of storages is missing");
        return StateDict.Locate(file, root, Walk(file, position, keys, storages));
    }

    static StyleFarmException Refuse(InputFile file, string what) =>
        FileText.BadInput(file.Path, what, "save the state_dict again with torch.save");

    static (object? Value, IReadOnlyDictionary<string, PickleStorage> Storages) Load(InputFile file, ref long position)
    {
        var reader = new PickleReader(file, position, file.Length);
        var unpickler = new Unpickler(reader);
        var value = unpickler.Load();
        position = reader.Position;
        return (value, unpickler.Constructors.Storages);
    }

    static Dictionary<string, StoredBlock> Walk(
        InputFile file, long position, PickleList keys, IReadOnlyDictionary<string, PickleStorage> storages)
    {
        var blocks = new Dictionary<string, StoredBlock>(StringComparer.Ordinal);
        var count = new byte[8];
        foreach (var item in keys.Items)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage))
                throw Refuse(file, $"the list of storages names {FileText.Quote(item as string ?? "no text")}, which no tensor uses");
            if (file.Length - position < count.Length) throw CutOff(file, key, storage);
            file.Read(position, count);
            var elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (elements != storage.Elements)
            {
                var what = $"storage {FileText.Quote(key)} at byte {position} has {elements} elements";
                throw Refuse(file, $"{what} where {storage.Elements} are announced");
            }
            position += count.Length;
            var size = elements * storage.Element.SizeBytes();
            if (size > file.Length - position) throw CutOff(file, key, storage);
            if (!blocks.TryAdd(key, new StoredBlock(position, size))) throw Refuse(file, $"storage {FileText.Quote(key)} is listed twice");
            position += size;
        }
        foreach (var key in storages.Keys)
            if (!blocks.ContainsKey(key))
                throw Refuse(file, $"storage {FileText.Quote(key)} is missing from the file's list");
        return blocks;
    }

    static StyleFarmException CutOff(InputFile file, string key, PickleStorage storage)
    {
        var what = $"cut off inside storage {FileText.Quote(key)} of {storage.Elements} elements (the file ends after {file.Length} bytes)";
        return FileText.BadInput(file.Path, what, "get the file again");
    }
}
