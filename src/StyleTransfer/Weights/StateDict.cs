using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>The tensors of an unpickled state dict.</summary>
static class StateDict
{
    static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>Finds the state dict, alone or in a checkpoint that wraps it, and where each tensor lies.</summary>
    /// <param name="file">The file, for errors.</param>
    /// <param name="root">What the pickle holds.</param>
    /// <param name="blocks">Where each storage lies, by key.</param>
    public static Dictionary<string, StoredTensor> Locate(InputFile file, object? root, IReadOnlyDictionary<string, StoredBlock> blocks)
    {
        if (root is not PickleDict dictionary)
            throw FileText.BadInput(file.Path, "holds no state_dict", "save model.state_dict() with torch.save");
        foreach (var wrapper in Wrappers)
            if (dictionary.Items.GetValueOrDefault(wrapper) is PickleDict inner)
                dictionary = inner;
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, value) in dictionary.Items)
            if (value is PickleTensor { Storage: { } storage } tensor)
                tensors.Add(name, Locate(name, tensor, storage, blocks[storage.Key]));
        return tensors;
    }

    static StoredTensor Locate(string name, PickleTensor tensor, PickleStorage storage, StoredBlock block)
    {
        var first = block.FirstByte + (storage.ViewOffset + tensor.Offset) * storage.Element.SizeBytes();
        return new StoredTensor(name, storage.Element, tensor.Shape, tensor.Strides, first, block);
    }
}
