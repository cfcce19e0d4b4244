using System.CommandLine;

namespace StyleFarm.Cli.Commands;

/// <summary>Options of every command that renders many pictures.</summary>
static class JobOptions
{
    public static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "The folder for the results; made if need be.",
        HelpName = "DIR",
        Required = true,
    };

    public static readonly Option<int> Priority = NumberOption.WithDefault("--priority",
        "0 to 100; where jobs share nodes, those of higher priority go first.", min: 0, max: 100, standard: 50);

    public static readonly Option<int?> ShardSize = NumberOption.Optional("--shard-size",
        "Pictures rendered together at most. Default: as many as take about a minute and fit into the memory.", min: 1, max: 1024);

    public static readonly Option<int?> Nodes = NumberOption.Optional("--nodes",
        "Render in so many processes, each with its share of the cores (or --threads) or a GPU of its own: what crashes one of them "
        + "does not stop the others. Default: in this process.", min: 1, max: 64);

    public static readonly Option<bool> Estimate = new("--estimate")
    {
        Description = "Only say how many pictures it is and how long they would take on this machine.",
    };

    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only say which pictures would be rendered, and which photos cannot be used.",
    };
}
