using System.Globalization;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Engines;

/// <summary>What a device can hold.</summary>
public static class DeviceMemory
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

    /// <summary>Such as <c>1.4 GiB</c>.</summary>
    public static string Text(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F0} MiB");
}
