using StyleFarm.GpuNode.Engines;
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
    /// <param name="cells">At least one.</param>
    /// <param name="precision">Of the network.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="budget">Bytes that the engine may hold; null when that is not known.</param>
    /// <exception cref="StyleFarmException">OutOfResources: one cell alone is too big.</exception>
    public static IReadOnlyList<IReadOnlyList<ReadyCell>> Split(IReadOnlyList<ReadyCell> cells, ScalarType precision, Device device, long? budget)
    {
        if (budget is not { } limit) return [cells];
        var first = cells[0];
        var size = Size(cells.Count, count => Needed(first, precision, device, count), limit);
        if (size == 0)
            throw new StyleFarmException(ErrorCode.OutOfResources,
                $"a cell of {first.Resolved.Plan.Size} pixels needs about {DeviceMemory.Text(Needed(first, precision, device, 1))} and {device} has "
                + $"{DeviceMemory.Text(limit)}; give a smaller size" + (precision == bfloat16 ? "" : " or --precision bf16"));
        return [.. cells.Chunk(size)];
    }

    /// <summary>Cells to a batch so that the batches are few and even; 0 when not even one fits.</summary>
    public static int Size(int cells, Func<int, long> needed, long limit)
    {
        for (var batches = 1; batches <= cells; batches++)
        {
            var size = (cells + batches - 1) / batches;
            if (needed(size) <= limit) return size;
        }

        return 0;
    }

    /// <summary>The forecast of a batch of cells like this one.</summary>
    public static MemoryForecast Forecast(ReadyCell cell, ScalarType precision, int count) =>
        MemoryForecast.Of(cell.Resolved.Recipe, cell.Resolved.Plan, precision, count);

    static long Needed(ReadyCell cell, ScalarType precision, Device device, int count)
    {
        var forecast = Forecast(cell, precision, count);
        return device.IsCuda ? forecast.DeviceBytes : forecast.TotalBytes;
    }
}
