using System.CommandLine;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm node --parent-pipe NAME [options]`: started by `batch --nodes`, not by people.</summary>
static class NodeCommand
{
    static readonly Option<string> ParentPipe = new("--parent-pipe")
    {
        Description = "Be this node of the farm that speaks over standard input and output.",
        HelpName = "NAME",
        Required = true,
    };

    static readonly Option<int> Sharers = NumberOption.WithDefault("--sharers",
        "How many nodes share the memory of the device.", min: 1, max: 64, standard: 1);

    public static Command Create()
    {
        var command = new Command("node", "A node of a farm that runs in another process.")
        {
            ParentPipe, Sharers, EngineOptions.State, EngineOptions.Weights, EngineOptions.Device, EngineOptions.Threads,
        };
        command.Hidden = true;
        // Not cancelled by Ctrl-C: the farm hears it too, and says when to leave.
        command.SetAction((parsed, _) => RunAsync(parsed, TimeProvider.System));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider clock)
    {
        var node = ReadName(parsed.GetValue(ParentPipe)!);
        await using var process = new ChildProcess(new ChildNode(node, []), clock);
        var (state, threads) = (parsed.GetValue(EngineOptions.State)!, parsed.GetValue(EngineOptions.Threads));
        var engine = EngineChoice.Read(parsed.GetValue(EngineOptions.Device)!, "fp32");
        EngineChoice.UseThreads(threads);
        var weights = WeightsSource.Resolve(parsed.GetValue(EngineOptions.Weights)!, WeightsCache.Default(clock)).Weights;
        var store = new WatchedStore(new DirectoryObjectStore(state), clock);
        var parts = new LocalNodeParts(node, engine.Device, threads ?? Environment.ProcessorCount, parsed.GetValue(Sharers), weights);
        await process.RunAsync(LocalNode.Of(parts, state, store, process.Fabric, clock, ChildProcess.Notice), store);
        return CommandLine.Done;
    }

    static NodeId ReadName(string text)
    {
        try
        {
            return new NodeId(text);
        }
        catch (ArgumentException e)
        {
            throw StyleFarmException.BadUsage($"--parent-pipe {text}: {e.Message}", e);
        }
    }
}
