using System.Globalization;
using System.Text.RegularExpressions;
using StyleFarm.EndToEnd.Tests.Cli;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>Commands that speak with the farm's servers rather than with its processes.</summary>
static partial class ClusterStudioCommands
{
    /// <summary>Runs a command to its end, with the services' addresses as variables.</summary>
    public static async Task<CliResult> RunAsync(this ClusterStudio studio, params string[] command)
    {
        using var run = studio.Start(command);
        return await run.EndAsync();
    }

    /// <summary>Reads on until `submit --wait` tells of so many finished cells, or more.</summary>
    public static async Task UntilFinishedAsync(this CliRun submitted, int cells) => Assert.NotNull(await submitted.ReadUntilAsync(line =>
        Finished().Match(line) is { Success: true } found && int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) >= cells));

    [GeneratedRegex(@": ([0-9]+) of [1-9][0-9]* finished")]
    private static partial Regex Finished();
}
