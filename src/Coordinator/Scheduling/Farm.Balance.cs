using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

public sealed partial class Farm
{
    /// <summary>
    /// Makes room for the most important job that found none: nodes that work for less important ones are asked to leave their shards at
    /// a checkpoint, the least important first, and no more of them than can be filled.
    /// </summary>
    void Preempt()
    {
        foreach (var node in Presence.Nodes.Values.Where(node => node.Leases.Count > 1))
            if (node.Leases.Skip(1).Any(shard => PriorityOf(shard) > PriorityOf(node.Leases[0])))
                Ask(node.Leases[0], StopReason.Preemption);
        if (JobsInTurn().FirstOrDefault() is not { } job) return;
        var nodes = Presence.Nodes.Values.Where(node => node.IsAvailable(_now) && node.Leases.Count > 0).ToList();
        var victims = nodes
            .Where(node => node.Leases.All(shard => PriorityOf(shard) < job.Priority))
            .OrderBy(node => node.Leases.Min(PriorityOf))
            .ThenBy(node => node.Id.ToString(), StringComparer.Ordinal)
            .ToList();
        var asked = victims.Count(node => node.Leases.Any(shard => Presence.Leases[shard].StopAsked != StopReason.None));
        var wanted = job.WaitingShards.Count + (job.Waiting.Count + Options.MaxShardCells - 1) / Options.MaxShardCells;
        if (job.Spec.MaxNodes is { } most) wanted = Math.Min(wanted, most - NodesOf(job));
        foreach (var node in victims.Where(node => node.Leases.All(shard => Presence.Leases[shard].StopAsked == StopReason.None)
                     && CanUse(job, node)).Take(Math.Max(0, wanted - asked)))
            foreach (var shard in node.Leases)
                Ask(shard, StopReason.Preemption);
    }

    int PriorityOf(ShardId shard) => State.Job(State.Shard(shard).Job).Priority;

    bool CanUse(JobState job, NodeState node) =>
        job.WaitingShards.Any(number => Fits(job, node, State.Cell(State.Shard(new(number)).Cells[0]).Spec) > 0)
        || job.Waiting.Keys.Any(key => SizeFor(job, node, key) > 0);

    /// <summary>A node stands idle while another has a shard that it has not begun: that one is given back.</summary>
    void Rebalance()
    {
        var idle = Presence.Nodes.Values.Where(node => node.Leases.Count == 0 && node.IsAvailable(_now)).ToList();
        foreach (var node in idle)
        {
            var busy = Presence.Nodes.Values.FirstOrDefault(other => other.Leases.Count > 1
                && Presence.Leases[other.Leases[^1]].StopAsked == StopReason.None && CanMove(State.Shard(other.Leases[^1]), other, node));
            if (busy is not null) Ask(busy.Leases[^1], StopReason.Rebalance);
        }
    }

    /// <summary>Whether an idle node would be given the shard, were it given back; if not, it would only come back to where it was.</summary>
    bool CanMove(ShardState shard, NodeState from, NodeState to)
    {
        var job = State.Job(shard.Job);
        var isLastThere = from.Leases.Count(job.LeasedShards.Contains) == 1;
        return NodesOf(job) - (isLastThere ? 1 : 0) < (job.Spec.MaxNodes ?? int.MaxValue) && CanTake(job, to, shard);
    }

    /// <summary>Lets cells go on from their rungs, or ends them there. Idle nodes take undecided ones further rather than wait.</summary>
    void DecideRungs()
    {
        foreach (var job in Presence.Awake.Select(State.Job)
            .Where(job => job.Rungs is not null && job.Status == JobStatus.Active && job.IsSourceRead).ToList())
        {
            var isWorkLeft = job.Waiting.Count > 0 || job.WaitingShards.Count > 0;
            var idle = isWorkLeft ? 0
                : Options.MaxShardCells * Presence.Nodes.Values.Count(node => node.Leases.Count == 0 && node.IsAvailable(_now));
            foreach (var happened in job.Rungs!.Decide(idle).ToList())
            {
                if (happened is CellDropped dropped) LeaveAlone(State.Cell(dropped.Cell));
                Happen(happened);
            }
        }

        CancelEmptyShards();
    }

    /// <summary>A cell that was taken further early, and wrongly, is rendered no more.</summary>
    void LeaveAlone(CellState cell)
    {
        if (cell.Shard is { } shard && State.Shard(shard).Lease is { } lease)
            Tell(lease.Node, new StopCells { CoordinatorEpoch = Epoch, Lease = lease, Cells = [cell.Spec.Id], Reason = StopReason.Rung });
    }
}
