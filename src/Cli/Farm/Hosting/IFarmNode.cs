using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>A node that an embedded farm can start.</summary>
interface IFarmNode
{
    /// <summary>Starts it beside a coordinator that runs; returns at once.</summary>
    IRunningNode Start(NodeSurroundings around);
}

/// <summary>A node at work. Disposing it ends it at once; what it rendered since its last checkpoints is rendered again.</summary>
interface IRunningNode : IAsyncDisposable
{
    /// <summary>It leaves its work at checkpoints, hears that they are known, and ends; gives up after a minute.</summary>
    Task LeaveAsync();
}

/// <summary>What a node finds where it is started.</summary>
/// <param name="System">For its actor.</param>
/// <param name="Fabric">Leads to the coordinator.</param>
/// <param name="Clock">Measures waits.</param>
/// <param name="Notice">Takes its remarks.</param>
/// <param name="Warn">Told what went wrong with it while the farm goes on.</param>
/// <param name="Fail">Ends the run: the node cannot work here, and another try would not help.</param>
sealed record NodeSurroundings(ActorSystem System, IFabric Fabric, TimeProvider Clock, Action<string> Notice, Action<string> Warn,
    Action<StyleFarmException> Fail);
