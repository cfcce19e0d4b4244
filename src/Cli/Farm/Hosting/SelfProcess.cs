using System.Diagnostics;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>This program once more.</summary>
static class SelfProcess
{
    /// <summary>How it is started with other arguments.</summary>
    public static ProcessStartInfo ToStart(params IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the system does not say where this program is");
        // Without a launcher of its own, the program is dotnet, and what it runs comes first.
        var isHosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] first = isHosted ? [Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [];
        return new ProcessStartInfo(program, [.. first, .. arguments]);
    }
}
