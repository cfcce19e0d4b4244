using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// What calling a whitelisted global, filling in a state and naming a storage mean: plain records are put together, nothing else
/// happens.
/// </summary>
sealed class PickleConstructors(PickleReader reader)
{
    readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>Every storage that the pickle named, by key; the whole storage, not a view.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => _storages;

    /// <summary>REDUCE and NEWOBJ.</summary>
    public object Call(PickleGlobal global, object?[] arguments, long offset) => global.Kind switch
    {
        PickleGlobalKind.OrderedDict => Dictionary(arguments, offset),
        PickleGlobalKind.TensorType when arguments.Length == 0 => new PickleTensor(),
        PickleGlobalKind.RebuildTensor => Tensor(arguments, offset),
        PickleGlobalKind.RebuildParameter or PickleGlobalKind.Parameter when arguments is [PickleTensor tensor, ..] => tensor,
        PickleGlobalKind.Size when arguments is [PickleTuple size] => size,
        _ => throw reader.Refuse($"a call of {global.Name} with arguments that do not belong to it", offset),
    };

    /// <summary>
    /// BUILD: the state of a tensor or parameter of 2017, or the attributes of a dictionary, which say nothing about weights.
    /// </summary>
    public void SetState(object? target, object? state, long offset)
    {
        switch (target, state)
        {
            case (PickleDict, PickleDict or null):
            case (PickleTensor { Storage: not null }, PickleTuple { Items: [bool or null, ..] }):
                return;
            case (PickleTensor { Storage: null } tensor, PickleTuple { Items: [PickleStorage, _, _, _] items }):
                Fill(tensor, items, offset);
                return;
            default:
                throw reader.Refuse("a state for something that takes none", offset);
        }
    }

    /// <summary>BINPERSID: the name of a storage, ('storage', type, key, location, elements[, view]).</summary>
    public PickleStorage Storage(object? id, long offset)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long elements, .. var rest] }
            || type.Kind != PickleGlobalKind.StorageType)
        {
            throw reader.Refuse("a persistent id that does not name a storage", offset);
        }
        if (elements < 0 || elements > long.MaxValue / 8)
            throw reader.Refuse($"storage {FileText.Quote(key)} with {elements} elements", offset);
        var storage = new PickleStorage(key, type.Element, elements, 0, elements);
        if (!_storages.TryAdd(key, storage) && _storages[key] != storage)
            throw reader.Refuse($"storage {FileText.Quote(key)} named twice with different types or sizes", offset);
        switch (rest)
        {
            case [] or [null]:
                return storage;
            case [PickleTuple { Items: [_, long first and >= 0, long count and >= 0] }] when first <= elements && count <= elements - first:
                return storage with { ViewOffset = first, ViewElements = count };
            default:
                throw reader.Refuse($"storage {FileText.Quote(key)} with a view that does not lie in it", offset);
        }
    }

    PickleDict Dictionary(object?[] arguments, long offset)
    {
        var dictionary = new PickleDict();
        if (arguments is []) return dictionary;
        // Python 2 writes OrderedDict([[key, value], ...]).
        if (arguments is not [PickleList pairs]) throw reader.Refuse("a dictionary made of something else than pairs", offset);
        foreach (var pair in pairs.Items)
        {
            IReadOnlyList<object?>? items = pair switch
            {
                PickleList list => list.Items,
                PickleTuple tuple => tuple.Items,
                _ => null,
            };
            if (items is not [var key, var value]) throw reader.Refuse("a dictionary made of something else than pairs", offset);
            Set(dictionary, key, value, offset);
        }
        return dictionary;
    }

    /// <summary>
    /// Sets a key: a text, or a number, which is passed over. No nested value is walked through for its hash, and no numbers can be
    /// chosen so that their hashes collide.
    /// </summary>
    public void Set(PickleDict dictionary, object? key, object? value, long offset)
    {
        if (key is string text) dictionary.Items[text] = value;
        else if (key is not (long or bool or double)) throw reader.Refuse("a dictionary key that is neither a text nor a number", offset);
    }

    PickleTensor Tensor(object?[] arguments, long offset)
    {
        var tensor = new PickleTensor();
        if (arguments is not [PickleStorage, long, PickleTuple, PickleTuple, ..])
            throw reader.Refuse("a tensor without storage, offset, size and stride", offset);
        Fill(tensor, arguments, offset);
        return tensor;
    }

    void Fill(PickleTensor tensor, object?[] state, long offset)
    {
        if (state is not [PickleStorage storage, long first, PickleTuple size, PickleTuple stride, ..])
            throw reader.Refuse("a tensor without storage, offset, size and stride", offset);
        var (shape, strides) = (Numbers(size, offset), Numbers(stride, offset));
        var elements = FileText.Product(shape);
        if (elements < 0 || shape.Length != strides.Length || first < 0) throw OutOfStorage(storage, shape, offset);
        if (elements > 0)
        {
            // The largest element offset; it fits, for the extents multiply to less than 2⁶³.
            var last = (UInt128)first;
            for (var i = 0; i < shape.Length; i++) last += (UInt128)(shape[i] - 1) * (UInt128)strides[i];
            if (last >= (UInt128)storage.ViewElements) throw OutOfStorage(storage, shape, offset);
        }
        (tensor.Storage, tensor.Offset, tensor.Shape, tensor.Strides) = (storage, first, shape, strides);
    }

    StyleFarmException OutOfStorage(PickleStorage storage, long[] shape, long offset)
    {
        var home = $"its storage {FileText.Quote(storage.Key)} of {storage.ViewElements} elements";
        return reader.Refuse($"a tensor {FileText.Shape(shape)} that does not lie in {home}", offset);
    }

    long[] Numbers(PickleTuple tuple, long offset)
    {
        if (tuple.Items.Length > PickleLimits.Dimensions || !tuple.Items.All(item => item is long and >= 0))
            throw reader.Refuse("a size or stride that is not a short tuple of numbers", offset);
        return [.. tuple.Items.Select(item => (long)item!)];
    }
}
