using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>What a global name stands for; every one is inert.</summary>
enum PickleGlobalKind
{
    OrderedDict,
    StorageType,
    TensorType,
    RebuildTensor,
    RebuildParameter,
    Parameter,
    Size,
}

/// <summary>A whitelisted global. <paramref name="Element"/> is set for storage types only.</summary>
sealed record PickleGlobal(PickleGlobalKind Kind, string Name, SafetensorsType Element = default);

/// <summary>A tuple.</summary>
sealed record PickleTuple(object?[] Items);

/// <summary>A list.</summary>
sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>
/// A dictionary, ordered or not. Keys are texts and numbers; only what stands under a text is kept, for nothing else is ever looked up.
/// </summary>
sealed class PickleDict
{
    public Dictionary<string, object?> Items { get; } = new(StringComparer.Ordinal);
}

/// <summary>A storage named by a persistent id: <paramref name="Elements"/> of a type, kept outside the pickle.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Element">The type of its elements.</param>
/// <param name="Elements">How many the whole storage has.</param>
/// <param name="ViewOffset">The first element that this view of it shows.</param>
/// <param name="ViewElements">How many this view shows.</param>
sealed record PickleStorage(string Key, SafetensorsType Element, long Elements, long ViewOffset, long ViewElements);

/// <summary>A tensor; empty until its storage is known. Strides count elements.</summary>
sealed class PickleTensor
{
    public PickleStorage? Storage { get; set; }

    public long Offset { get; set; }

    public long[] Shape { get; set; } = [];

    public long[] Strides { get; set; } = [];
}
