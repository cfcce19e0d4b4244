using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What the taps of a batch are compared with in one pass: content activations and style Gram matrices, N of each.</summary>
sealed class PassTargets : IDisposable
{
    PassTargets(Dictionary<Tap, Tensor> content, Dictionary<Tap, Tensor> grams) => (Content, Grams) = (content, grams);

    /// <summary>N×C×H×W of each content tap, in the type of the losses.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Content { get; }

    /// <summary>N×C×C of each style tap, the blend of the cell's styles.</summary>
    public IReadOnlyDictionary<Tap, Tensor> Grams { get; }

    /// <summary>Those of several cells, which stay as they are.</summary>
    public static PassTargets Join(IReadOnlyList<CellTargets> cells)
    {
        using var scope = NewDisposeScope();
        return new PassTargets(Joined(cell => cell.Content), Joined(cell => cell.Grams));

        Dictionary<Tap, Tensor> Joined(Func<CellTargets, IReadOnlyDictionary<Tap, Tensor>> of) => of(cells[0]).Keys.ToDictionary(
            tap => tap, tap => cat([.. cells.Select(cell => of(cell)[tap])]).DetachFromDisposeScope());
    }

    /// <summary>A copy of those of some cells, at least one.</summary>
    public PassTargets Rows(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        return new PassTargets(Of(Content), Of(Grams));

        Dictionary<Tap, Tensor> Of(IReadOnlyDictionary<Tap, Tensor> all) => all.ToDictionary(
            entry => entry.Key, entry => cat([.. rows.Select(row => entry.Value.narrow(0, row, 1))]).DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (var tensor in Content.Values.Concat(Grams.Values)) tensor.Dispose();
    }
}
