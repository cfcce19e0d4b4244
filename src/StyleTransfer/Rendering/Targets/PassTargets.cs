using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering.Targets;

/// <summary>
/// What the taps of N images are compared with in one pass: content activations and style Gram matrices, a row an image, or a single row
/// where all images have the same.
/// </summary>
sealed class PassTargets : IDisposable
{
    readonly int _count;

    PassTargets(int count, TapTensors content, TapTensors grams) => (_count, Content, Grams) = (count, content, grams);

    /// <summary>N×C×H×W or 1×C×H×W of each content tap, in the type of the losses.</summary>
    public TapTensors Content { get; }

    /// <summary>N×C×C or 1×C×C of each style tap, the blend of the image's styles.</summary>
    public TapTensors Grams { get; }

    /// <summary>Those of several cells.</summary>
    public static PassTargets Join(IReadOnlyList<CellTargets> cells)
    {
        return new PassTargets(cells.Count, Joined([.. cells.Select(cell => cell.Content)]), Joined([.. cells.Select(cell => cell.Grams)]));

        static TapTensors Joined(IReadOnlyList<TapTensors> all)
        {
            if (all.All(one => ReferenceEquals(one, all[0]))) return all[0].Alias();
            using var scope = NewDisposeScope();
            return new TapTensors(all[0].Taps.Select(tap => KeyValuePair.Create(tap, cat([.. all.Select(one => one[tap])]))));
        }
    }

    /// <summary>Those of some of the images, at least one.</summary>
    public PassTargets Rows(IReadOnlyList<int> rows)
    {
        return new PassTargets(rows.Count, Of(Content), Of(Grams));

        TapTensors Of(TapTensors all) => rows.Count == _count ? all.Alias() : all.Select(tensor =>
            tensor.shape[0] == 1 ? tensor.detach() : cat([.. rows.Select(row => tensor.narrow(0, row, 1))]));
    }

    public void Dispose()
    {
        Content.Dispose();
        Grams.Dispose();
    }
}
