using StyleFarm.GpuNode;
using StyleFarm.GpuNode.Engines;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>A node within this process.</summary>
/// <param name="Options">What it is.</param>
/// <param name="Engine">Makes its engine.</param>
/// <param name="OffDevice">Completes when the newest engine has left the device.</param>
sealed record NodeSetup(NodeOptions Options, Func<IShardEngine> Engine, Func<Task> OffDevice) : IFarmNode
{
    /// <summary>How long a node may take to leave.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public IRunningNode Start(NodeSurroundings around) => new Running(around.System.ActorOf(
        GpuNodeActor.PropsOf(Options, around.Fabric, Engine, around.Clock, around.Notice), Options.Node.ToString()), this, around.Clock);

    sealed class Running(IActorRef node, NodeSetup setup, TimeProvider clock) : IRunningNode
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

        // A process that ends while libtorch still computes, as after a cancelled job, dies of a segmentation fault.
        public async ValueTask DisposeAsync()
        {
            try
            {
                await node.GracefulStop(Patience).ConfigureAwait(false);
                await setup.OffDevice().WaitAsync(Patience, clock).ConfigureAwait(false);
            }
            catch (Exception e) when (e is TaskCanceledException or TimeoutException)
            {
                // A step that takes longer than that is not waited for.
            }
        }
    }
}
