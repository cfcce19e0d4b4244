using StyleFarm.GpuNode.Inputs;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>
/// Splits the cells of a shard into batches that the device can hold, by the forecast and before anything is allocated: all at once if
/// that fits, else evenly in as few batches as fit, one after the other; a cell that does not fit alone is refused.
/// </summary>
static class MemoryLadder
{
    /// <summary>The batches, in the cells' order.</summary>
    /// <param name="cells">At least one; all of one batch key.</param>
    /// <param name="precision">Of the network.</param>
    /// <param name="room">What the engine may hold; null when that is not known.</param>
    /// <param name="score">Whether scores are wanted.</param>
    /// <exception cref="StyleFarmException">OutOfResources: one cell alone is too big.</exception>
    public static IReadOnlyList<IReadOnlyList<ReadyCell>> Split(IReadOnlyList<ReadyCell> cells, ScalarType precision, MemoryRoom? room,
        bool score)
    {
        if (room is not { } there) return [cells];
        var (recipe, plan) = (cells[0].Resolved.Recipe, cells[0].Resolved.Plan);
        var fit = BatchFit.Of(recipe, plan, precision, there, cells.Count, score);
        if (fit.LbfgsMemory < recipe.Optimizer.Memory)
            throw new StyleFarmException(ErrorCode.OutOfResources,
                $"a single cell of {plan.Size} pixels fits with optimizer.memory={fit.LbfgsMemory} at most, "
                + $"and the recipe has {recipe.Optimizer.Memory}; "
                + "set it so, or give a smaller size");
        return [.. cells.Chunk(EvenSize(cells.Count, fit.Cells))];
    }

    /// <summary>The size of batches that are as few as may be, and even.</summary>
    public static int EvenSize(int cells, int most)
    {
        var batches = (cells + most - 1) / most;
        return (cells + batches - 1) / batches;
    }

    /// <summary>The forecast of a batch of cells like this one.</summary>
    public static MemoryForecast Forecast(ReadyCell cell, ScalarType precision, int count, bool score) =>
        MemoryForecast.Of(cell.Resolved.Recipe, cell.Resolved.Plan, precision, count, score);
}
