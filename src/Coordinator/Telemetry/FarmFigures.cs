using StyleFarm.Coordinator.State;

namespace StyleFarm.Coordinator.Telemetry;

/// <summary>How much there is of what at one time.</summary>
/// <param name="Waiting">Cells that no node has.</param>
/// <param name="Rendering">Cells that nodes have.</param>
/// <param name="Leases">Claims of nodes on shards.</param>
/// <param name="Nodes">Nodes that are alive.</param>
/// <param name="Jobs">Jobs that are worked on.</param>
sealed record FarmFigures(long Waiting, long Rendering, long Leases, long Nodes, long Jobs)
{
    /// <summary>The figures of a farm as it stands; looks at jobs and shards, not at every cell.</summary>
    public static FarmFigures Of(Farm farm)
    {
        var (state, presence) = (farm.State, farm.Presence);
        var active = state.Jobs.Values.Where(job => job.Status == JobStatus.Active).ToList();
        var rendering = presence.Leases.Keys.Sum(id => state.Shards.TryGetValue(id, out var shard) ? shard.Cells.Count : 0);
        var waiting = active.Sum(job => job.Waiting.Count + job.WaitingShards.Sum(number => state.Shard(new(number)).Cells.Count));
        return new FarmFigures(waiting, rendering, presence.Leases.Count, presence.Nodes.Count, active.Count);
    }
}
