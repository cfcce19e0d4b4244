using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Optimisation;
using StyleFarm.StyleTransfer.Safetensors;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Everything that a batch of N cells carries from step to step: with the cells themselves it determines all that is still to come.
/// The cells march in step; each has its own rate and best image.
/// </summary>
sealed class BatchState : IDisposable
{
    const string OptimizerPrefix = "optimizer.";

    /// <param name="images">N×3×H×W; taken over.</param>
    /// <param name="optimizer">The step rule; taken over. Null with L-BFGS, which starts afresh in every step.</param>
    public BatchState(Tensor images, GradientOptimizer? optimizer)
    {
        Images = images.DetachFromDisposeScope();
        Optimizer = optimizer;
        RateFactors = [.. Enumerable.Repeat(1.0, Count)];
        Rollbacks = new int[Count];
    }

    /// <summary>N.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>The pass that is running, from 0.</summary>
    public int Pass { get; set; }

    /// <summary>The next step, counted over all passes.</summary>
    public int Step { get; set; }

    /// <summary>N×3×H×W, in the recipe's space.</summary>
    public Tensor Images { get; private set; }

    /// <summary>The images after the step with the lowest total, and that total (N), once there is one.</summary>
    public (Tensor Images, Tensor Totals)? Best { get; private set; }

    /// <summary>The first-order step rule, if there is one.</summary>
    public GradientOptimizer? Optimizer { get; private set; }

    /// <summary>What the divergence guard multiplies each cell's learning rate with.</summary>
    public double[] RateFactors { get; private init; }

    /// <summary>How often the guard has taken each cell back.</summary>
    public int[] Rollbacks { get; private init; }

    /// <summary>Begins the next pass with these images; the step rule starts over and bests are forgotten.</summary>
    public void BeginPass(int pass, Tensor images, GradientOptimizer? optimizer)
    {
        Replace(images, optimizer);
        ForgetBest();
        Pass = pass;
    }

    /// <summary>Keeps the images of those cells whose total fell below their lowest so far.</summary>
    /// <param name="totals">N, of the images before the step that made the present ones.</param>
    public void KeepBest(Tensor totals)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (Best is not { } best)
        {
            Best = (Images.clone().DetachFromDisposeScope(), totals.clone().DetachFromDisposeScope());
            return;
        }

        var better = totals.lt(best.Totals);
        var images = where(better.reshape(Count, 1, 1, 1), Images, best.Images).DetachFromDisposeScope();
        var lowest = where(better, totals, best.Totals).DetachFromDisposeScope();
        ForgetBest();
        Best = (images, lowest);
    }

    /// <summary>Becomes what another state was, but for its rates and their history, which stay.</summary>
    /// <param name="other">Of the same pass; stays as it is.</param>
    /// <param name="fresh">A step rule at its beginning; taken over.</param>
    public void GoBackTo(BatchState other, GradientOptimizer? fresh)
    {
        if (other.Optimizer is { } optimizer) fresh?.Restore(optimizer.StepsDone, optimizer.State);
        Replace(other.Images.clone(), fresh);
        ForgetBest();
        Best = CopyOf(other.Best);
        Step = other.Step;
    }

    /// <summary>A copy that later steps do not change.</summary>
    /// <param name="optimizer">A step rule at its beginning; taken over.</param>
    public BatchState Clone(GradientOptimizer? optimizer)
    {
        if (Optimizer is not null) optimizer?.Restore(Optimizer.StepsDone, Optimizer.State);
        return new BatchState(Images.clone(), optimizer)
        {
            Pass = Pass,
            Step = Step,
            RateFactors = [.. RateFactors],
            Rollbacks = [.. Rollbacks],
            Best = CopyOf(Best),
        };
    }

    /// <summary>What it takes to go on with one cell, alone or in another batch.</summary>
    public CellCheckpoint Checkpoint(int cell)
    {
        using var scope = NewDisposeScope();
        var tensors = new List<SafetensorsEntry> { Entry("image", Images.narrow(0, cell, 1)) };
        if (Best is { } best)
        {
            tensors.Add(Entry("best.image", best.Images.narrow(0, cell, 1)));
            tensors.Add(Entry("best.total", best.Totals.narrow(0, cell, 1)));
        }

        foreach (var (name, tensor) in Optimizer?.State ?? new Dictionary<string, Tensor>())
            tensors.Add(Entry(OptimizerPrefix + name, tensor.narrow(0, cell, 1)));
        return new CellCheckpoint
        {
            Pass = Pass,
            Step = Step,
            OptimizerSteps = Optimizer?.StepsDone ?? 0,
            RateFactor = RateFactors[cell],
            Rollbacks = Rollbacks[cell],
            Tensors = tensors,
        };

        static SafetensorsEntry Entry(string name, Tensor tensor) =>
            new(name, tensor.dtype == float64 ? SafetensorsType.F64 : SafetensorsType.F32, tensor.shape, tensor.ToBytes());
    }

    /// <summary>Goes on from the checkpoints of all cells, which must have stopped at the same step.</summary>
    public static BatchState Resume(IReadOnlyList<CellCheckpoint> cells, GradientOptimizer? optimizer, Device device)
    {
        using var scope = NewDisposeScope();
        var first = cells[0];
        if (cells.Any(cell => cell.Step != first.Step || cell.Pass != first.Pass))
            throw new ArgumentException("cells of one batch must stand at the same step", nameof(cells));

        optimizer?.Restore(first.OptimizerSteps, first.Tensors
            .Where(entry => entry.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name[OptimizerPrefix.Length..], entry => Joined(entry.Name)));
        var hasBest = first.Tensors.Any(entry => entry.Name == "best.image");
        return new BatchState(Joined("image"), optimizer)
        {
            Pass = first.Pass,
            Step = first.Step,
            RateFactors = [.. cells.Select(cell => cell.RateFactor)],
            Rollbacks = [.. cells.Select(cell => cell.Rollbacks)],
            Best = hasBest ? (Joined("best.image").DetachFromDisposeScope(), Joined("best.total").DetachFromDisposeScope()) : null,
        };

        Tensor Joined(string name) => cat([.. cells.Select(cell => Of(cell.Tensors.First(entry => entry.Name == name)))]);

        Tensor Of(SafetensorsEntry entry) =>
            from_bytes(entry.Data.Span, entry.Shape, entry.Type == SafetensorsType.F64 ? float64 : float32, device);
    }

    public void Dispose()
    {
        Images.Dispose();
        Optimizer?.Dispose();
        ForgetBest();
    }

    static (Tensor, Tensor)? CopyOf((Tensor Images, Tensor Totals)? best) =>
        best is { } kept ? (kept.Images.clone().DetachFromDisposeScope(), kept.Totals.clone().DetachFromDisposeScope()) : null;

    void Replace(Tensor images, GradientOptimizer? optimizer)
    {
        Images.Dispose();
        Optimizer?.Dispose();
        Images = images.DetachFromDisposeScope();
        Optimizer = optimizer;
    }

    void ForgetBest()
    {
        Best?.Images.Dispose();
        Best?.Totals.Dispose();
        Best = null;
    }
}
