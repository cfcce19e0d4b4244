using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

public sealed partial class Farm
{
    /// <summary>
    /// Gives work to nodes: to idle ones first, then to those that can prepare their next shard. Jobs come by priority, then by what they
    /// had so far against their weight; shards that were begun come before new ones; warm targets come before cold ones, then age decides.
    /// </summary>
    void Schedule()
    {
        DecideRungs();
        for (var held = 0; held < Options.ShardsPerNode; held++)
            foreach (var node in Presence.Nodes.Values.Where(node => node.Leases.Count == held && node.IsAvailable(_now)
                && !HoldsSuspect(node)).OrderBy(node => node.Id.ToString(), StringComparer.Ordinal).ToList())
                if (FindShard(node) is { } shard) Give(shard, node);
        Preempt();
        Rebalance();
    }

    /// <summary>A suspect has a node for itself, so that nothing that only waits there for its turn is blamed for what it does.</summary>
    bool HoldsSuspect(NodeState node) => node.Leases.Any(shard => State.Shard(shard).Cells.Any(cell => State.Cell(cell).IsSuspect));

    /// <summary>
    /// A node that is asked to leave its shards for a more important job takes nothing of others meanwhile: who needs it empty would wait
    /// for ever.
    /// </summary>
    bool IsEmptiedForMoreImportantThan(JobState job, NodeState node) => node.Leases.Any(shard =>
        Presence.Leases[shard].StopAsked == StopReason.Preemption && PriorityOf(shard) >= job.Priority);

    ShardState? FindShard(NodeState node)
    {
        foreach (var job in JobsInTurn())
        {
            if (IsEmptiedForMoreImportantThan(job, node)) continue;
            if (job.Spec.MaxNodes is { } most && !HoldsNode(job, node) && NodesOf(job) >= most) continue;
            if (FindWaitingShard(job, node) is { } shard) return shard;
            if (FindCells(job, node) is { Count: > 0 } cells) return Form(job, cells);
        }

        return null;
    }

    IEnumerable<JobState> JobsInTurn() => Presence.Awake.Select(State.Job)
        .Where(job => job.Status == JobStatus.Active && (job.Waiting.Count > 0 || job.WaitingShards.Count > 0))
        .OrderByDescending(job => job.Priority).ThenBy(job => job.Usage).ThenBy(job => job.Spec.Id.ToString(), StringComparer.Ordinal);

    int NodesOf(JobState job) => job.LeasedShards.Select(shard => State.Shard(shard).Lease!.Node).Distinct().Count();

    static bool HoldsNode(JobState job, NodeState node) => node.Leases.Any(job.LeasedShards.Contains);

    ShardState? FindWaitingShard(JobState job, NodeState node) =>
        job.WaitingShards.Select(number => State.Shard(new ShardId(number))).FirstOrDefault(shard => CanTake(job, node, shard));

    bool CanTake(JobState job, NodeState node, ShardState shard)
    {
        var cells = shard.Cells.Select(State.Cell).ToList();
        return Fits(job, node, cells[0].Spec) >= cells.Count && MayTry(cells, node, job);
    }

    List<CellId> FindCells(JobState job, NodeState node)
    {
        var (bestKey, bestRank, bestSize) = (default(string), default((bool, int)), 0);
        foreach (var key in job.Waiting.Keys)
        {
            var size = SizeFor(job, node, key);
            if (size == 0) continue;
            var first = State.Cell(job.Waiting.Under(key).First());
            var rank = (!node.IsWarmFor(first.Spec.TargetKey), job.Waiting.FirstIndex(key));
            if (bestKey is null || rank.CompareTo(bestRank) < 0) (bestKey, bestRank, bestSize) = (key, rank, size);
        }

        return bestKey is null ? [] : [.. job.Waiting.Under(bestKey).Where(id => MayTry(State.Cell(id), node, job)).Take(bestSize)];
    }

    /// <summary>How many cells of a key to give a node now; 0 for none.</summary>
    int SizeFor(JobState job, NodeState node, string key)
    {
        var waiting = 0;
        CellState? first = null;
        foreach (var cell in job.Waiting.Under(key).Select(State.Cell).Where(cell => MayTry(cell, node, job)))
        {
            first ??= cell;
            if (++waiting == Options.MaxShardCells) break;
        }

        if (first is null) return 0;
        var most = Math.Min(Fits(job, node, first.Spec), first.IsAlone(job.Spec) ? 1 : TargetSize(job, node, first));
        // Shards are filled up while more cells may come, so that they come out the same whenever they are formed.
        return waiting < most && IsReadOn(job) ? 0 : Math.Min(most, waiting);
    }

    /// <summary>As many cells as the node renders in the time that a shard should take, by its measured throughput.</summary>
    int TargetSize(JobState job, NodeState node, CellState cell)
    {
        if (job.Spec.ShardCells is { } wanted) return wanted;
        if (node.PixelStepsPerSecond <= 0) return Options.FirstShardCells;
        var steps = Math.Max(1, (cell.StopAt ?? cell.Spec.Steps) - cell.Step);
        var secondsEach = cell.Spec.Pixels * (double)steps / node.PixelStepsPerSecond;
        return (int)Math.Clamp(Options.ShardTime.TotalSeconds / secondsEach, 1, Options.MaxShardCells);
    }

    /// <summary>The most cells like this one that the node can take at once; 0 when it cannot take any.</summary>
    static int Fits(JobState job, NodeState node, CellSpec cell)
    {
        var hello = node.Hello;
        if (hello.WeightsHash != job.Spec.WeightsHash) return 0;
        if (hello.Precisions.Length > 0 && !hello.Precisions.Contains(job.Spec.Precision)) return 0;
        if (cell.MemoryBytes > hello.MemoryBytes) return 0;
        return cell.MemoryBytesPerMore <= 0
            ? int.MaxValue
            : (int)Math.Min(int.MaxValue, 1 + (hello.MemoryBytes - cell.MemoryBytes) / cell.MemoryBytesPerMore);
    }

    /// <summary>Whether a cell may be tried now on a node: it has waited, is not blamed for others, and failed here only if there is nowhere else to go.</summary>
    bool MayTry(CellState cell, NodeState node, JobState job) => IsReady(cell, node)
        && (!cell.FailedOn.Contains(node.Id)
            || !Presence.Nodes.Values.Any(other => !cell.FailedOn.Contains(other.Id) && other.IsAvailable(_now) && Fits(job, other, cell.Spec) > 0));

    /// <summary>The same for cells that stay together: each may have failed on another node, so that none is left on which none of them did.</summary>
    bool MayTry(List<CellState> cells, NodeState node, JobState job)
    {
        return cells.All(cell => IsReady(cell, node))
            && (!HasFailed(node) || !Presence.Nodes.Values.Any(other => !HasFailed(other) && other.IsAvailable(_now) && Fits(job, other, cells[0].Spec) >= cells.Count));

        bool HasFailed(NodeState on) => cells.Any(cell => cell.FailedOn.Contains(on.Id));
    }

    bool IsReady(CellState cell, NodeState node) =>
        !(Presence.NotBefore.TryGetValue(cell.Spec.Id, out var time) && time > _now) && !(cell.IsSuspect && node.Leases.Count > 0);

    ShardState Form(JobState job, List<CellId> cells)
    {
        var id = new ShardId(State.ShardsFormed + 1);
        Happen(new ShardFormed(id, job.Spec.Id, [.. cells]));
        return State.Shard(id);
    }

    void Give(ShardState shard, NodeState node)
    {
        var lease = new Lease(shard.Id, node.Id, shard.Epoch + 1);
        Happen(new ShardLeased(lease));
        Presence.Leases[shard.Id] = new LiveLease { Lease = lease, Expires = _now + Options.Lease, Told = _now };
        node.Leases.Add(shard.Id);
        foreach (var cell in shard.Cells.Select(State.Cell))
        {
            Presence.NotBefore.Remove(cell.Spec.Id);
            node.Warm(cell.Spec.TargetKey);
        }

        Tell(node.Id, Assignment(shard));
    }

    AssignShard Assignment(ShardState shard)
    {
        var job = State.Job(shard.Job);
        var spec = job.Spec;
        return new AssignShard
        {
            CoordinatorEpoch = Epoch,
            Lease = shard.Lease!,
            Job = spec.Id,
            Recipe = spec.Recipe,
            RecipeName = spec.RecipeName,
            Precision = spec.Precision,
            CheckpointEvery = spec.CheckpointEvery,
            IsScored = spec.IsScored,
            Cells = [.. shard.Cells.Select(State.Cell).Select(cell =>
                new CellAssignment { Cell = cell.Spec, Attempt = cell.Attempt, StopAt = cell.StopAt })],
            Trace = job.Trace,
        };
    }
}
