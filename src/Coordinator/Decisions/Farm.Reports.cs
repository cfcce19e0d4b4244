using StyleFarm.Messages.Jobs;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

public sealed partial class Farm
{
    void Hear(CellReport report)
    {
        if (report is CellProgress progress)
        {
            if (IsValid(report)) Note(progress);
            return;
        }

        if (IsValid(report)) Take(report);
        // Stale reports are receipted too: nobody waits for them, and the node may forget them.
        Tell(report.Lease.Node, new Receipt { CoordinatorEpoch = Epoch, Lease = report.Lease, Cells = [report.Cell] });
    }

    /// <summary>Whether a report is made under the claim that holds now. All others are too late, or come twice.</summary>
    bool IsValid(CellReport report) =>
        State.Shards.TryGetValue(report.Lease.Shard, out var shard) && shard.Lease == report.Lease
        && State.Cells.TryGetValue(report.Cell, out var cell) && cell.Shard == shard.Id && cell.Attempt == report.Attempt
        && !shard.Halted.Contains(report.Cell);

    void Note(CellProgress progress)
    {
        if (Presence.Progress.TryGetValue(progress.Cell, out var last) && last.Step > progress.Step && last.Attempt == progress.Attempt)
            return;
        Presence.Progress[progress.Cell] = progress;
        _decision.Effects.Add(new Progressed(State.Cell(progress.Cell).Job, progress));
    }

    void Take(CellReport report)
    {
        var node = Presence.Nodes.GetValueOrDefault(report.Lease.Node);
        switch (report)
        {
            case CellFinished finished:
                Happen(new CellAccepted(finished.Cell, finished.Attempt, finished.Step, finished.Losses, finished.Score, finished.Seconds,
                    finished.Lease.Node));
                if (node is not null) (node.FailuresInARow, node.Benchings) = (0, 0);
                PublishResult(State.Cell(finished.Cell));
                Forget(finished.Cell);
                break;
            case CellStopped stopped:
                Happen(new CellHalted(stopped.Cell, stopped.Attempt, stopped.Step, stopped.Reason, stopped.Losses, stopped.Score));
                break;
            case CellFailed failed:
                Fail(failed, node);
                break;
        }

        Close(report.Lease);
    }

    /// <summary>Ends a claim when its shard has no cells left, or all that are left stand at checkpoints.</summary>
    void Close(Lease lease)
    {
        if (!State.Shards.TryGetValue(lease.Shard, out var shard)) EndLease(lease);
        else if (shard.Halted.Count == shard.Cells.Count) Release(lease, ReleaseReason.Halted);
    }

    void Fail(CellFailed failed, NodeState? node)
    {
        var cell = State.Cell(failed.Cell);
        var isLast = !failed.IsTransient || cell.Failures + 1 >= State.Job(cell.Job).Spec.MaxAttempts;
        if (isLast)
        {
            Happen(new CellGaveUp(failed.Cell, failed.IsTransient ? $"{failed.Message} (tried {cell.Failures + 1} times)"
                : failed.Message));
            Forget(failed.Cell);
        }
        else
        {
            Happen(new CellAttemptFailed(failed.Cell, failed.Attempt, failed.Lease.Node, failed.Message));
            Presence.NotBefore[failed.Cell] = _now + BackOff(Options.RetryAfter, cell.Failures - 1, Options.MaxRetryAfter);
        }

        if (failed.IsTransient) Blame(failed.Lease, node);
    }

    /// <summary>Benches a node that fails shard after shard, so that it cannot eat a whole job.</summary>
    void Blame(Lease lease, NodeState? node)
    {
        if (node is null || !Presence.Leases.TryGetValue(lease.Shard, out var live) || live.HasFailed) return;
        live.HasFailed = true;
        if (++node.FailuresInARow < Options.BenchAfter) return;
        node.FailuresInARow = 0;
        node.BenchedUntil = _now + BackOff(Options.BenchFor, node.Benchings++, TimeSpan.FromHours(1));
    }

    static TimeSpan BackOff(TimeSpan first, int failuresBefore, TimeSpan longest)
    {
        var wait = first * Math.Pow(2, Math.Min(failuresBefore, 30));
        return wait < longest ? wait : longest;
    }
}
