using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// What cells carry from step to step, by name, one row a cell: <see cref="Image"/>, the step rule's moments, the best image. With one row
/// it is a single cell's copy. Belongs to whoever made it.
/// </summary>
sealed class CellTensors : IDisposable
{
    public const string Image = "image";
    public const string BestImage = "best.image";
    public const string BestTotal = "best.total";
    public const string OptimizerPrefix = "optimizer.";

    readonly SortedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Takes the tensors over, all of them N rows.</summary>
    public CellTensors(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        foreach (var (name, tensor) in tensors) _tensors.Add(name, tensor.DetachFromDisposeScope());
    }

    public IReadOnlyDictionary<string, Tensor> All => _tensors;

    public Tensor this[string name] => _tensors[name];

    /// <summary>The rows of several, one after the other; they stay as they are.</summary>
    public static CellTensors Join(IReadOnlyList<CellTensors> parts)
    {
        using var scope = NewDisposeScope();
        return new CellTensors(parts[0]._tensors.Keys.Select(name =>
            KeyValuePair.Create(name, cat([.. parts.Select(part => part[name])]))));
    }

    /// <summary>A copy of one row.</summary>
    public CellTensors Row(int row) => Rows([row]);

    /// <summary>A copy of some rows, at least one.</summary>
    public CellTensors Rows(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        return new CellTensors(_tensors.Select(entry =>
            KeyValuePair.Create(entry.Key, cat([.. rows.Select(row => entry.Value.narrow(0, row, 1))]))));
    }

    /// <summary>Overwrites one row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="source">One row of the same names and shapes.</param>
    public void SetRow(int row, CellTensors source)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in _tensors) tensor.narrow(0, row, 1).copy_(source[name]);
    }

    /// <summary>Keeps the present images of those rows whose total fell below their lowest so far.</summary>
    /// <param name="totals">N, of the images before the step that made the present ones.</param>
    public void KeepBest(Tensor totals)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var better = totals.lt(this[BestTotal]);
        this[BestImage].copy_(where(better.reshape(totals.shape[0], 1, 1, 1), this[Image], this[BestImage]));
        this[BestTotal].copy_(where(better, totals, this[BestTotal]));
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
    }
}
