using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>Refuses work that a device cannot hold, before it begins.</summary>
static class MemoryBudget
{
    /// <summary>Bytes that the device can still give; null when that is not known.</summary>
    public static long? AvailableBytes(Device device)
    {
        if (device.IsCuda) return cuda.properties(device.Number).FreeBytes;
        var machine = File.Exists("/proc/meminfo")
            ? File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal))
            : null;
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var number = machine?[13..].Trim().Split(' ')[0];
        return long.TryParse(number, CultureInfo.InvariantCulture, out var kilobytes)
            ? Math.Min(kilobytes * 1024, limit)
            : limit;
    }

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

    /// <summary>Such as <c>1.4 GiB</c>.</summary>
    public static string Text(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F0} MiB");
}
