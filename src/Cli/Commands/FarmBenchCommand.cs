using System.CommandLine;
using StyleFarm.Cli.Bench.Farm;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench farm`: the coordinator without rendering.</summary>
static class FarmBenchCommand
{
    static readonly Option<int> Nodes = NumberOption.WithDefault("--nodes", "Simulated nodes.", min: 1, max: 4096, standard: 256);

    static readonly Option<int> Cells =
        NumberOption.WithDefault("--cells", "Photos of the archive.", min: 1, max: 10_000_000, standard: 50_000);

    static readonly Option<int> ShardCells = NumberOption.WithDefault("--shard-cells", "Cells to a shard.", min: 1, max: 64, standard: 4);

    static readonly Option<int> ShardMilliseconds =
        NumberOption.WithDefault("--shard-ms", "How long a shard takes a node; 0 to drive the coordinator as fast as it goes.", min: 0,
            max: 3_600_000, standard: 0);

    public static Command Create()
    {
        var command = new Command("farm", "Time the coordinator and its journal with simulated nodes that render nothing.")
        {
            Nodes, Cells, ShardCells, ShardMilliseconds,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var bench = new FarmBench(parsed.GetValue(Nodes), parsed.GetValue(Cells), parsed.GetValue(ShardCells),
                TimeSpan.FromMilliseconds(parsed.GetValue(ShardMilliseconds)));
            Console.WriteLine((await bench.RunAsync(TimeProvider.System, cancellation)).ToJsonString());
            return CommandLine.Done;
        });
        return command;
    }
}
