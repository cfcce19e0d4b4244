using System.Globalization;
using StyleFarm.Messages;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>The device and the precision that an engine runs on.</summary>
sealed record EngineChoice(Device Device, ScalarType Precision)
{
    /// <summary>Reads `--device` and `--precision`.</summary>
    /// <exception cref="StyleFarmException">BadUsage: no such device or precision.</exception>
    public static EngineChoice Read(string device, string precision) => new(ReadDevice(device), ReadPrecision(precision));

    /// <summary>Reads `--precision`.</summary>
    /// <exception cref="StyleFarmException">BadUsage: no such precision.</exception>
    public static ScalarType ReadPrecision(string precision) => precision switch
    {
        "fp32" => float32,
        "bf16" => bfloat16,
        "fp64" => float64,
        _ => throw StyleFarmException.BadUsage($"--precision {precision}: give fp32, bf16 or fp64"),
    };

    /// <summary>Sets the number of CPU threads; null for all cores.</summary>
    public static void UseThreads(int? threads) => set_num_threads(threads ?? Environment.ProcessorCount);

    static Device ReadDevice(string text)
    {
        var devices = cuda.device_count();
        if (text == "auto") return devices > 0 ? CUDA : CPU;
        if (text == "cpu") return CPU;
        var number = text == "cuda" ? "0" : text.StartsWith("cuda:", StringComparison.Ordinal) ? text[5..] : null;
        if (number is null || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw StyleFarmException.BadUsage($"--device {text}: give auto, cpu or cuda:N");
        if (index < devices) return new Device(index);
        var found = devices == 0 ? "no CUDA device is usable here" : $"there are {devices} CUDA devices, from cuda:0";
        throw StyleFarmException.BadUsage($"--device {text}: {found}; stylefarm doctor says more");
    }
}
