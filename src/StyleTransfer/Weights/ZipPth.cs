using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// The <c>.pth</c> of PyTorch 1.6 and later: a zip archive of one pickle, NAME/data.pkl, and a stored entry NAME/data/KEY a storage.
/// </summary>
static class ZipPth
{
    const string PickleName = "data.pkl";

    public static Dictionary<string, StoredTensor> Read(InputFile file, TensorReader reader)
    {
        var zip = ZipDirectory.Read(file);
        var pickles = zip.Entries.Keys
            .Where(name => name.EndsWith($"/{PickleName}", StringComparison.Ordinal) && name.Count(c => c == '/') == 1).ToList();
        if (pickles is not [var pickle])
        {
            var none = $"a zip archive without {PickleName}, so torch.save did not write it";
            throw Refuse(file, pickles.Count == 0 ? none : $"a zip archive with {pickles.Count} pickles");
        }
        var folder = pickle[..^PickleName.Length];
        CheckByteOrder(file, zip, $"{folder}byteorder");
        var block = zip.Entries[pickle];
        reader.CheckSum(block);
        var bytes = new PickleReader(file, block.FirstByte, block.FirstByte + block.SizeBytes);
        var unpickler = new Unpickler(bytes);
        var root = unpickler.Load();
        return StateDict.Locate(file, root, FindStorages(file, zip, folder, unpickler.Constructors.Storages));
    }

    static StyleFarmException Refuse(InputFile file, string what) =>
        FileText.BadInput(file.Path, what, "get the file again, or save the state_dict again with torch.save");

    static void CheckByteOrder(InputFile file, ZipDirectory zip, string name)
    {
        if (!zip.Entries.TryGetValue(name, out var block)) return;
        var text = new byte[(int)Math.Min(block.SizeBytes, 16)];
        file.Read(block.FirstByte, text);
        var order = Encoding.Latin1.GetString(text);
        if (order != "little") throw Refuse(file, $"its byte order is {FileText.Quote(order)}, 'little' is read");
    }

    static Dictionary<string, StoredBlock> FindStorages(
        InputFile file, ZipDirectory zip, string folder, IReadOnlyDictionary<string, PickleStorage> storages)
    {
        var blocks = new Dictionary<string, StoredBlock>(StringComparer.Ordinal);
        foreach (var (key, storage) in storages)
        {
            var name = $"{folder}data/{key}";
            if (!zip.Entries.TryGetValue(name, out var block))
                throw Refuse(file, $"the archive lacks {FileText.Quote(name)}, which a tensor needs");
            var expected = storage.Elements * storage.Element.SizeBytes();
            if (block.SizeBytes != expected)
                throw Refuse(file, $"{FileText.Quote(name)} has {block.SizeBytes} bytes where {expected} are announced");
            blocks.Add(key, block);
        }
        return blocks;
    }
}
