using System.CommandLine;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm doctor`: what this machine offers, and what is wrong with it.</summary>
static class DoctorCommand
{
    /// <summary>One thing that was looked at.</summary>
    /// <param name="Name">What.</param>
    /// <param name="Found">What was found.</param>
    /// <param name="Fault">What is wrong with it, or null.</param>
    /// <param name="Remedy">What to do about it.</param>
    sealed record Finding(string Name, string Found, string? Fault = null, string? Remedy = null);

    const string Lesson =
        """
        Examples:
          stylefarm doctor
          stylefarm doctor --json
        Exit code 0 when all is well, 1 when something is worth mending; each such line says how.
        """;

    const long LowDiskBytes = 1L << 30;
    const long LowMemoryBytes = 2L << 30;

    public static Command Create()
    {
        var command = new TaughtCommand("doctor",
            "Look at cores, memory, libraries, devices, weights and disk, and say what is wrong and how to mend it.", Lesson)
        {
            EngineOptions.State, EngineOptions.Json,
        };
        command.SetAction(parsed =>
        {
            var findings = Examine(parsed.GetValue(EngineOptions.State)!).ToList();
            if (parsed.GetValue(EngineOptions.Json)) PrintJson(findings);
            else PrintText(findings);
            return findings.Any(finding => finding.Fault is not null) ? CommandLine.SomeFailed : CommandLine.Done;
        });
        return command;
    }

    static IEnumerable<Finding> Examine(string state)
    {
        yield return new Finding("cores", $"{Environment.ProcessorCount}");
        yield return Memory();
        yield return Attempt("libtorch", () => $"{__version__}{(backends.packs_frozen_weights ? ", oneDNN" : "")}",
            "install libtorch-dev and libdnnl-dev, then delete artifacts/ and run ./stylefarm again");
        yield return Attempt("packed weights",
            () => backends.packs_frozen_weights ? "yes" : throw new InvalidOperationException("built without oneDNN: steps take longer"),
            "install libdnnl-dev, then delete artifacts/native and run ./stylefarm again");
        yield return Attempt("libvips", () => $"{VipsLibrary.Version}, reads {string.Join(", ", Enum.GetValues<ImageFormat>()
            .Where(VipsLibrary.CanLoad).Select(format => format.ToString().ToLowerInvariant()))}",
            "install libvips42 and libvips-dev, then delete artifacts/ and run ./stylefarm again");
        yield return Attempt("devices", () => string.Join(", ", Devices()), "mend libtorch first");
        yield return Weights();
        yield return Disk(state);
    }

    static Finding Attempt(string name, Func<string> look, string remedy)
    {
        try
        {
            return new Finding(name, look());
        }
        catch (Exception e) when (e is StyleFarmException or InvalidOperationException or TypeLoadException or TypeInitializationException)
        {
            return new Finding(name, "missing", e.Message.Split('\n')[0], remedy);
        }
    }

    static Finding Memory()
    {
        var available = MemoryBudget.AvailableBytes(CPU) ?? 0;
        var low = available < LowMemoryBytes;
        return new Finding("memory", $"{MemoryBudget.Text(available)} free", low ? "little: large pictures will be refused" : null,
            low ? "close other programs, or render at a smaller --size" : null);
    }

    static IEnumerable<string> Devices()
    {
        yield return "cpu";
        for (var device = 0; device < cuda.device_count(); device++)
        {
            var (name, total, free) = cuda.properties(device);
            yield return $"cuda:{device} ({name}, {MemoryBudget.Text(free)} of {MemoryBudget.Text(total)} free)";
        }
    }

    static Finding Weights()
    {
        var cache = WeightsCache.Default(TimeProvider.System);
        if (!cache.Exists)
            return new Finding("weights", $"none in {cache.Folder}: pictures are made with the seeded network", "no trained weights",
                "run ./stylefarm weights fetch, or ./stylefarm weights import FILE");
        try
        {
            return new Finding("weights", $"{cache.FilePath}, identity {cache.Load().Identity[..16]}");
        }
        catch (StyleFarmException e)
        {
            return new Finding("weights", cache.FilePath, e.Message, $"delete {cache.FilePath} and import the weights again");
        }
    }

    static Finding Disk(string state)
    {
        var path = Path.GetFullPath(state);
        while (!Directory.Exists(path)) path = Path.GetDirectoryName(path)!;
        var free = new DriveInfo(path).AvailableFreeSpace;
        var low = free < LowDiskBytes;
        return new Finding("disk", $"{MemoryBudget.Text(free)} free for {state}", low ? "little: checkpoints may not fit" : null,
            low ? "free some space, or put the state elsewhere with --state" : null);
    }

    static void PrintText(List<Finding> findings)
    {
        foreach (var (name, found, fault, remedy) in findings)
        {
            Console.WriteLine($"{(fault is null ? "ok  " : "!!  ")}{name,-15} {found}");
            if (fault is null) continue;
            Console.WriteLine($"    {"",-15} {fault}");
            Console.WriteLine($"    {"",-15} → {remedy}");
        }
    }

    static void PrintJson(List<Finding> findings) => Console.WriteLine(new JsonArray([.. findings.Select(finding => new JsonObject
    {
        ["name"] = finding.Name,
        ["found"] = finding.Found,
        ["ok"] = finding.Fault is null,
        ["fault"] = finding.Fault,
        ["remedy"] = finding.Remedy,
    })]).ToJsonString());
}
