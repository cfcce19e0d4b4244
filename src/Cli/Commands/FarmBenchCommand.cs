using System.CommandLine;
using System.Diagnostics;
using StyleFarm.Backends.Cluster;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Bench.Farm;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench farm`: the coordinator without rendering, and the process of its simulated nodes.</summary>
static class FarmBenchCommand
{
    static readonly Option<int> Nodes = NumberOption.WithDefault("--nodes", "Simulated nodes.", min: 1, max: 4096, standard: 256);

    static readonly Option<int> Cells =
        NumberOption.WithDefault("--cells", "Photos of the archive.", min: 1, max: 10_000_000, standard: 50_000);

    static readonly Option<int> ShardCells = NumberOption.WithDefault("--shard-cells", "Cells to a shard.", min: 1, max: 64, standard: 4);

    static readonly Option<int> ShardMilliseconds =
        NumberOption.WithDefault("--shard-ms", "How long a shard takes a node; 0 to drive the coordinator as fast as it goes.", min: 0,
            max: 3_600_000, standard: 0);

    static readonly Option<int> ShardSpread = NumberOption.WithDefault("--shard-spread",
        "By how many percent a shard may take a shorter or longer time. At 0 all nodes end theirs at the same moment, which is the worst.",
        min: 0, max: 100, standard: 0, helpName: "PERCENT");

    static readonly Option<string> Fabric = new("--fabric")
    {
        Description = "local, or a broker: there the nodes have a process of their own, and each a connection and a queue.",
        HelpName = "local|amqp://USER:PASSWORD@HOST/VHOST",
        DefaultValueFactory = _ => "local",
    };

    static readonly Option<string> Journal = new("--journal")
    {
        Description = "The coordinator's journal. It is a new one, and is removed again.",
        HelpName = "sqlite[:FOLDER]|postgres://USER:PASSWORD@HOST/DB",
        DefaultValueFactory = _ => "sqlite",
    };

    static readonly Option<string> Farm = new("--farm") { Required = true };
    static readonly Option<string> Flights = new("--flights") { Required = true };

    public static Command Create()
    {
        var command = new Command("farm", "Time the coordinator and its journal with simulated nodes that render nothing.")
        {
            Nodes, Cells, ShardCells, ShardMilliseconds, ShardSpread, Fabric, Journal,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var fabric = parsed.GetValue(Fabric)!;
            var bench = new FarmBench(parsed.GetValue(Nodes), parsed.GetValue(Cells), parsed.GetValue(ShardCells), Pace(parsed),
                fabric == "local" ? null : fabric, parsed.GetValue(Journal)!);
            var figures = await JournalFault.ToldAsync(bench.RunAsync(TimeProvider.System, cancellation));
            Console.WriteLine(figures.ToJsonString());
            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>The process of a bench's simulated nodes; for `bench farm` to start.</summary>
    public static Command CreateNodes()
    {
        var command = new Command("farm-nodes", "The simulated nodes of bench farm.")
        {
            Nodes, ShardMilliseconds, ShardSpread, Farm, Flights,
        };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            var url = Environment.GetEnvironmentVariable("STYLEFARM_FABRIC")
                ?? throw StyleFarmException.BadUsage("STYLEFARM_FABRIC is not set: bench farm-nodes is for bench farm to start");
            await RunNodesAsync(parsed.GetValue(Nodes), Pace(parsed), RabbitAddress.Parse(url) with { Farm = parsed.GetValue(Farm)! },
                parsed.GetValue(Flights)!, cancellation);
            return CommandLine.Done;
        });
        return command;
    }

    static ShardPace Pace(ParseResult parsed) =>
        new(TimeSpan.FromMilliseconds(parsed.GetValue(ShardMilliseconds)), parsed.GetValue(ShardSpread));

    static async Task RunNodesAsync(int count, ShardPace pace, RabbitAddress broker, string flights, CancellationToken cancellation)
    {
        var (clock, left, came) = (TimeProvider.System, new FlightLog(), new FlightLog());
        using var self = Process.GetCurrentProcess();
        await using var nodes = await PaperNodes.ConnectAsync(
            count, pace, broker, fabric => new MeteredFabric(fabric, left, came, clock), clock, cancellation);
        var cpu = self.TotalProcessorTime;
        Console.WriteLine(NodesProcess.Ready);
        // Nothing is said there: it ends when the bench does.
        await Console.In.ReadToEndAsync(cancellation);
        self.Refresh();
        var figures = nodes.Figures(self.TotalProcessorTime - cpu);
        left.Save(flights + ".left");
        came.Save(flights + ".came");
        Console.WriteLine(figures.ToLine());
    }
}
