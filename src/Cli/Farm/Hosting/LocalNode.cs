using StyleFarm.Cli.Stylize;
using StyleFarm.GpuNode;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Results;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>What a node in this process renders with.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Threads">CPU threads.</param>
/// <param name="Sharers">How many nodes share the memory of the device, this one among them.</param>
/// <param name="Weights">Loaded already.</param>
sealed record LocalNodeParts(NodeId Node, Device Device, int Threads, int Sharers, VggWeights Weights);

/// <summary>The node that this process is itself.</summary>
static class LocalNode
{
    /// <summary>The only node of a farm, on one device, with weights that are loaded already.</summary>
    public static NodeSetup Of(EmbeddedFarm farm, EngineChoice engine, VggWeights weights, int? threads, TimeProvider clock,
        Action<string> notice) =>
        Of(new LocalNodeParts(new NodeId("local"), engine.Device, threads ?? Environment.ProcessorCount, Sharers: 1, weights),
            farm.Folder, farm.Store, farm.Fabric, clock, notice);

    /// <summary>A node that works for a farm, here or in another process.</summary>
    /// <param name="parts">What it renders with.</param>
    /// <param name="state">The farm's state folder.</param>
    /// <param name="store">The farm's.</param>
    /// <param name="fabric">Leads to the coordinator.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Takes lines for the log.</param>
    public static NodeSetup Of(LocalNodeParts parts, string state, IObjectStore store, IFabric fabric, TimeProvider clock,
        Action<string> notice)
    {
        var options = new StyleEngineOptions
        {
            Node = parts.Node,
            Device = parts.Device,
            Threads = parts.Threads,
            Weights = () => parts.Weights,
            Folder = Path.Combine(state, "nodes", parts.Node.ToString()),
            AvailableBytes = () => MemoryBudget.AvailableBytes(parts.Device) / parts.Sharers,
        };
        var engines = new StyleEngines(options, store, fabric.Publish, clock, notice);
        return new NodeSetup(
            new NodeOptions
            {
                Node = parts.Node,
                Incarnation = $"{Environment.ProcessId}-{clock.GetUtcNow().UtcTicks:x}",
                Version = Provenance.Version,
                Device = parts.Device.ToString(),
                MemoryBytes = MemoryBudget.AvailableBytes(parts.Device) / parts.Sharers ?? long.MaxValue,
                WeightsHash = parts.Weights.Identity,
            },
            engines.Create,
            () => engines.Ended);
    }
}
