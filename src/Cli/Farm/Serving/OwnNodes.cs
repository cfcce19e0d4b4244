using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>Nodes within a serving process, which work for whoever leads.</summary>
sealed class OwnNodes : IAsyncDisposable
{
    readonly ActorSystem _system;
    readonly List<IRunningNode> _running = [];

    OwnNodes(ActorSystem system) => _system = system;

    /// <summary>Starts them.</summary>
    /// <param name="nodes">May be none.</param>
    /// <param name="fabric">Leads to the coordinator, wherever that is.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="log">Takes their remarks.</param>
    public static OwnNodes Start(IReadOnlyList<IFarmNode> nodes, IFabric fabric, TimeProvider clock, ServerLog log)
    {
        var own = new OwnNodes(FarmSystem.Create("stylefarm-nodes", clock, log.Warn));
        var around = new NodeSurroundings(own._system, fabric, clock, log.Info, log.Warn, fault => log.Warn(fault.Message));
        own._running.AddRange(nodes.Select(node => node.Start(around)));
        return own;
    }

    /// <summary>
    /// What so many nodes render with, each with its share of the cores or a CUDA device of its own, as far as there are enough.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="device">What was asked for; null: whatever there is.</param>
    /// <param name="threads">Of each; null: its share.</param>
    /// <param name="weights">Loaded once, for all of them.</param>
    public static IEnumerable<LocalNodeParts> Crew(int count, NodeId name, Device? device, int? threads, VggWeights weights)
    {
        var devices = cuda.device_count();
        var isSpread = device is null && devices > 0;
        var sharers = isSpread ? (count + devices - 1) / devices : count;
        var each = threads ?? Math.Max(1, Environment.ProcessorCount / count);
        return Enumerable.Range(0, count).Select(index => new LocalNodeParts(
            new NodeId($"{name}-{index + 1}"), isSpread ? new Device(index % devices) : device ?? CPU, each, sharers, weights));
    }

    /// <summary>They leave their work at checkpoints, and end.</summary>
    public Task LeaveAsync() => Task.WhenAll(_running.Select(node => node.LeaveAsync()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
    }
}
