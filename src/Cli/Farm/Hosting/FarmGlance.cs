using System.Collections.Immutable;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>What one node does.</summary>
/// <param name="Node">The node.</param>
/// <param name="Cells">Cells in the shard that it renders; 0 when idle.</param>
/// <param name="PixelStepsPerSecond">Its throughput; 0 while unknown.</param>
sealed record NodeGlance(NodeId Node, int Cells, double PixelStepsPerSecond);

/// <summary>How a job stands.</summary>
/// <param name="Found">Cells that its inputs came to so far.</param>
/// <param name="Earlier">Finished before.</param>
/// <param name="Finished">Finished now.</param>
/// <param name="Dropped">Stopped early.</param>
/// <param name="Failed">Given up.</param>
/// <param name="Faulty">Inputs that cannot be used.</param>
/// <param name="IsSourceRead">Whether all inputs were looked at.</param>
/// <param name="Rendering">Cells that nodes work on.</param>
/// <param name="PixelStepsLeft">Of the cells that are known and not finished.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Waits">Why cells wait, and how many for each reason.</param>
sealed record FarmGlance(long Found, long Earlier, long Finished, long Dropped, long Failed, long Faulty, bool IsSourceRead, int Rendering,
    double PixelStepsLeft, ImmutableArray<NodeGlance> Nodes, ImmutableSortedDictionary<WaitReason, int> Waits)
{
    /// <summary>More cells than this are not asked one by one why they wait.</summary>
    const int MaxAsked = 1000;

    /// <summary>Asks the coordinator; null when it does not answer for now.</summary>
    public static async Task<FarmGlance?> Of(IActorRef coordinator, JobId job)
    {
        try
        {
            return await coordinator.Ask<FarmGlance>(new Look((farm, now) => Take(farm, job, now)), TimeSpan.FromSeconds(5))
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    static FarmGlance Take(Coordinator.Farm farm, JobId id, TimeSpan now)
    {
        var job = farm.State.Job(id);
        var counts = job.Counts;
        var open = job.Cells.Select(farm.State.Cell).Where(cell => !cell.IsEnded).ToList();
        var waits = open.Take(MaxAsked).Select(cell => farm.WhyWaits(cell.Spec.Id, now).Reason).Where(reason => reason != WaitReason.None)
            .CountBy(reason => reason).ToImmutableSortedDictionary();
        return new FarmGlance(counts.Found, counts.Earlier, counts.Finished, counts.Dropped, counts.Failed, counts.Faulty, job.IsSourceRead,
            job.LeasedShards.Sum(shard => farm.State.Shard(shard).Cells.Count),
            open.Sum(cell => cell.Spec.Pixels * (double)Math.Max(0, (cell.StopAt ?? cell.Spec.Steps) - StepOf(farm, cell))),
            [.. farm.Presence.Nodes.Values.OrderBy(node => node.Id.ToString(), StringComparer.Ordinal)
                .Select(node => new NodeGlance(node.Id,
                node.Leases.Count == 0 ? 0 : farm.State.Shard(node.Leases[0]).Cells.Count, node.PixelStepsPerSecond))],
            waits);
    }

    static int StepOf(Coordinator.Farm farm, CellState cell) =>
        Math.Max(cell.Step, farm.Presence.Progress.TryGetValue(cell.Spec.Id, out var progress) ? progress.Step : 0);
}

/// <summary>What a job came to.</summary>
/// <param name="Counts">How many cells came to what.</param>
/// <param name="Faults">Inputs and cells that came to nothing, and why.</param>
/// <param name="Cells">Of a sweep, all cells.</param>
sealed record FarmOutcome(JobCounts Counts, ImmutableArray<FaultyInput> Faults, ImmutableArray<CellState> Cells)
{
    /// <summary>Asks the coordinator.</summary>
    public static Task<FarmOutcome> Of(IActorRef coordinator, JobId id) => coordinator.Ask<FarmOutcome>(new Look((farm, _) =>
    {
        var job = farm.State.Job(id);
        return new FarmOutcome(job.Counts, [.. job.Faults], job.Spec.Kind == JobKind.Sweep ? [.. job.Cells.Select(farm.State.Cell)] : []);
    }), TimeSpan.FromMinutes(1));
}
