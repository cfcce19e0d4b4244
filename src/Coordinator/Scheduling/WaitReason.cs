using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Coordinator;

/// <summary>Why a cell waits, for machines; <see cref="CellWait.Text"/> says it for people.</summary>
public enum WaitReason
{
    /// <summary>It does not wait.</summary>
    None,

    /// <summary>Its job is paused.</summary>
    Paused,

    /// <summary>Its job is not worked on by this process.</summary>
    Asleep,

    /// <summary>There is no node.</summary>
    NoNode,

    /// <summary>No node has its weights or precision, or enough memory.</summary>
    NoNodeFits,

    /// <summary>Nodes that fit are being emptied or are benched.</summary>
    NodesBlocked,

    /// <summary>It failed and is tried again later.</summary>
    BackingOff,

    /// <summary>The job holds all the nodes that it may.</summary>
    Quota,

    /// <summary>More cells are awaited, to be rendered together.</summary>
    FillingShard,

    /// <summary>All nodes that fit work on something else.</summary>
    NodesBusy,

    /// <summary>It is at a rung, until enough others have come there.</summary>
    AtRung,

    /// <summary>Its result is being put in place.</summary>
    Publishing,
}

/// <summary>Why one cell waits.</summary>
/// <param name="Reason">For machines.</param>
/// <param name="Text">For people, one line.</param>
public readonly record struct CellWait(WaitReason Reason, string Text);

public sealed partial class Farm
{
    /// <summary>Why a cell waits at this time.</summary>
    public CellWait WhyWaits(CellId id, TimeSpan now)
    {
        if (!State.Cells.TryGetValue(id, out var cell)) return new(WaitReason.None, "not in the farm");
        _now = now;
        var job = State.Job(cell.Job);
        if (cell.IsEnded || (cell.Shard is { } shard && State.Shard(shard).Lease is not null)) return new(WaitReason.None, "does not wait");
        if (cell.Phase == CellPhase.Publishing) return new(WaitReason.Publishing, "its result is being put in place");
        if (job.Status == JobStatus.Paused) return new(WaitReason.Paused, $"its job is paused: {job.StatusReason}");
        if (!Presence.Awake.Contains(cell.Job))
            return new(WaitReason.Asleep, "its job is of an earlier command; run that again to go on with it");
        if (cell.Phase == CellPhase.AtRung) return new(WaitReason.AtRung, job.Rungs?.Explain(cell.Spec) ?? "at its rung");
        if (Presence.NotBefore.TryGetValue(id, out var time) && time > now)
            return new(WaitReason.BackingOff, $"failed ({cell.Error}); tried again in {(time - now).TotalSeconds:F0} s");
        return WhyNoNode(cell, job);
    }

    CellWait WhyNoNode(CellState cell, JobState job)
    {
        if (Presence.Nodes.Count == 0) return new(WaitReason.NoNode, "there is no node");
        var fitting = Presence.Nodes.Values.Where(node => Fits(job, node, cell.Spec) > 0).ToList();
        if (fitting.Count == 0) return new(WaitReason.NoNodeFits, WhyNoneFits(cell, job));
        var open = fitting.Where(node => node.IsAvailable(_now)).ToList();
        if (open.Count == 0) return new(WaitReason.NodesBlocked, "every node that fits is being emptied, or benched after failures");
        if (job.Spec.MaxNodes is { } most && NodesOf(job) >= most)
            return new(WaitReason.Quota, $"its job may hold {most} nodes at once, and does");
        return open.Any(node => node.Leases.Count == 0)
            ? new(WaitReason.FillingShard, "more cells are awaited, to be rendered together")
            : new(WaitReason.NodesBusy, cell.IsSuspect ? "nodes died over it; it is tried alone, on a node that has nothing else"
                : "every node that fits is busy");
    }

    string WhyNoneFits(CellState cell, JobState job)
    {
        var nodes = Presence.Nodes.Values.Select(node => node.Hello).ToList();
        if (nodes.All(node => node.WeightsHash != job.Spec.WeightsHash)) return $"no node has the weights {Short(job.Spec.WeightsHash)}";
        var largest = nodes.Max(node => node.MemoryBytes);
        return cell.Spec.MemoryBytes > largest
            ? $"it needs {Mebibytes(cell.Spec.MemoryBytes)} of memory, and the largest node has {Mebibytes(largest)}"
            : $"no node computes in {job.Spec.Precision}";

        static string Mebibytes(long bytes) => $"{bytes >> 20} MiB";
        static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
    }
}
