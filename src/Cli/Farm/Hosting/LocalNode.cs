using StyleFarm.Cli.Stylize;
using StyleFarm.GpuNode;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Results;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>The node that this process is itself.</summary>
static class LocalNode
{
    /// <summary>A node on one device, with weights that are loaded already.</summary>
    public static NodeSetup Of(EmbeddedFarm farm, EngineChoice engine, VggWeights weights, int? threads, TimeProvider clock, Action<string> notice)
    {
        var node = new NodeId("local");
        var options = new StyleEngineOptions
        {
            Node = node,
            Device = engine.Device,
            Threads = threads ?? Environment.ProcessorCount,
            Weights = () => weights,
            Folder = Path.Combine(farm.Folder, "nodes", node.ToString()),
            AvailableBytes = () => MemoryBudget.AvailableBytes(engine.Device),
        };
        var engines = new StyleEngines(options, farm.Store, farm.Fabric.Publish, clock, notice);
        return new NodeSetup(
            new NodeOptions
            {
                Node = node,
                Incarnation = $"{Environment.ProcessId}-{clock.GetUtcNow().UtcTicks:x}",
                Version = Provenance.Version,
                Device = engine.Device.ToString(),
                MemoryBytes = MemoryBudget.AvailableBytes(engine.Device) ?? long.MaxValue,
                WeightsHash = weights.Identity,
            },
            engines.Create);
    }
}
