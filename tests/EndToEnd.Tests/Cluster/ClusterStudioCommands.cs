using StyleFarm.EndToEnd.Tests.Cli;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>Commands that speak with the farm's servers rather than with its processes.</summary>
static class ClusterStudioCommands
{
    /// <summary>Runs a command to its end, with the services' addresses as variables.</summary>
    public static async Task<CliResult> RunAsync(this ClusterStudio studio, params string[] command)
    {
        using var run = studio.Start(command);
        return await run.EndAsync();
    }
}
