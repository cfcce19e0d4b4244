using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>The memory that a batch may take.</summary>
/// <param name="DeviceBytes">On the device; of the whole machine when the device is the CPU.</param>
/// <param name="HostBytes">In the machine beside the device; null when the device is the CPU, so that all comes out of one memory.</param>
public readonly record struct MemoryRoom(long DeviceBytes, long? HostBytes = null)
{
    /// <summary>Whether a forecast fits.</summary>
    public bool Holds(MemoryForecast forecast) => HostBytes is { } host
        ? forecast.DeviceBytes <= DeviceBytes && forecast.HostBytes <= host
        : forecast.TotalBytes <= DeviceBytes;
}

/// <summary>What of a wanted batch fits into a memory.</summary>
/// <param name="Cells">How many cells at once, at least 1.</param>
/// <param name="LbfgsMemory">
/// The pairs that L-BFGS may keep: fewer than the recipe's only where a single cell would not fit otherwise. They change the result, so they
/// belong into the recipe that is rendered and recorded.
/// </param>
public readonly record struct BatchFit(int Cells, int LbfgsMemory)
{
    /// <summary>The ladder: a smaller batch, then a shorter history of L-BFGS, then a refusal.</summary>
    /// <param name="recipe">The recipe that all cells share.</param>
    /// <param name="plan">Its passes.</param>
    /// <param name="precision">Of the network.</param>
    /// <param name="room">What there is.</param>
    /// <param name="most">The wanted batch size, at least 1.</param>
    /// <param name="score">Whether balanced scores are wanted.</param>
    /// <exception cref="StyleFarmException">OutOfResources: a single cell does not fit.</exception>
    public static BatchFit Of(Recipe recipe, RenderPlan plan, Torch.torch.ScalarType precision, MemoryRoom room, int most, bool score = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var memory = recipe.Optimizer.Memory;
        if (Largest(most, cells => room.Holds(Forecast(cells, memory))) is > 0 and var batch) return new BatchFit(batch, memory);
        if (recipe.Optimizer.Kind == OptimizerKind.Lbfgs && Largest(memory, pairs => room.Holds(Forecast(1, pairs))) is > 0 and var history)
            return new BatchFit(1, history);
        throw Refused(plan, Forecast(1, recipe.Optimizer.Kind == OptimizerKind.Lbfgs ? 1 : memory), room);

        MemoryForecast Forecast(int cells, int pairs) =>
            MemoryForecast.Of(recipe with { Optimizer = recipe.Optimizer with { Memory = pairs } }, plan, precision, cells, score);
    }

    /// <summary>The largest number up to <paramref name="most"/> that fits, 0 if none does. What holds a larger one holds a smaller one.</summary>
    static int Largest(int most, Predicate<int> fits)
    {
        var (known, tooLarge) = (0, most + 1);
        while (tooLarge - known > 1)
        {
            var middle = known + (tooLarge - known) / 2;
            if (fits(middle)) known = middle;
            else tooLarge = middle;
        }

        return known;
    }

    static StyleFarmException Refused(RenderPlan plan, MemoryForecast forecast, MemoryRoom room)
    {
        var isHost = room.HostBytes is { } host && forecast.HostBytes > host;
        var (needed, there, where) = isHost ? (forecast.HostBytes, room.HostBytes!.Value, "beside the device")
            : (room.HostBytes is null ? forecast.TotalBytes : forecast.DeviceBytes, room.DeviceBytes, "free");
        return new StyleFarmException(ErrorCode.OutOfResources, string.Create(CultureInfo.InvariantCulture,
            $"a single cell of {plan.Size} pixels needs about {needed / 1048576.0:F0} MiB, and there are {there / 1048576.0:F0} MiB {where}; "
            + $"give a smaller size, shallower taps or --precision bf16"));
    }
}
