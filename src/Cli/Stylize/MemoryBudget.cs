using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>Refuses work that a device cannot hold, before it begins.</summary>
static class MemoryBudget
{
    /// <inheritdoc cref="DeviceMemory.AvailableBytes"/>
    public static long? AvailableBytes(Device device) => DeviceMemory.AvailableBytes(device);

    /// <summary>Compares a forecast with what there is.</summary>
    /// <exception cref="StyleFarmException">OutOfResources: it does not fit.</exception>
    public static void Check(MemoryForecast forecast, Device device, ImageSize size)
    {
        var needed = device.IsCuda ? forecast.DeviceBytes : forecast.TotalBytes;
        if (AvailableBytes(device) is not { } available || needed <= available) return;
        throw new StyleFarmException(ErrorCode.OutOfResources,
            $"--size: {size} pixels need about {Text(needed)} and {device} has {Text(available)} free; give a smaller one"
            + (device.IsCuda ? "" : ", or --precision bf16"));
    }

    /// <inheritdoc cref="DeviceMemory.Text"/>
    public static string Text(long bytes) => DeviceMemory.Text(bytes);
}
