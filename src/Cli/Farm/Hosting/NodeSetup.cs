using StyleFarm.GpuNode;
using StyleFarm.GpuNode.Engines;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>A node within this process.</summary>
/// <param name="Options">What it is.</param>
/// <param name="Engine">Makes its engine.</param>
sealed record NodeSetup(NodeOptions Options, Func<IShardEngine> Engine) : IFarmNode
{
    /// <summary>How long a node may take to leave.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public IRunningNode Start(NodeSurroundings around) => new Running(around.System.ActorOf(
        GpuNodeActor.PropsOf(Options, around.Fabric, Engine, around.Clock, around.Notice), Options.Node.ToString()));

    sealed class Running(IActorRef node) : IRunningNode
    {
        public async Task LeaveAsync()
        {
            try
            {
                await node.GracefulStop(Patience, LeaveFarm.Instance).ConfigureAwait(false);
            }
            catch (TaskCanceledException)
            {
                // It took too long; what it rendered since its last checkpoint is rendered again.
            }
        }

        // It ends with its actor system.
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
