using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.State;

public sealed partial class FarmState
{
    void Apply(ShardFormed e)
    {
        var job = Job(e.Job);
        foreach (var id in e.Cells)
        {
            var cell = Cell(id);
            if (!job.Waiting.Remove(cell))
                throw new InvalidOperationException($"cell {id} of shard {e.Shard} does not wait in job {e.Job}");
            (cell.Phase, cell.Shard) = (CellPhase.InShard, e.Shard);
        }

        _shards.Add(e.Shard, new ShardState { Id = e.Shard, Job = e.Job, Cells = [.. e.Cells] });
        job.WaitingShards.Add(e.Shard.Number);
        ShardsFormed = Math.Max(ShardsFormed, e.Shard.Number);
    }

    void Apply(ShardLeased e)
    {
        var shard = Shard(e.Lease.Shard);
        if (shard.Lease is not null || e.Lease.Epoch != shard.Epoch + 1)
            throw new InvalidOperationException($"shard {shard.Id} at epoch {shard.Epoch} cannot be claimed at epoch {e.Lease.Epoch}");
        (shard.Lease, shard.Epoch) = (e.Lease, e.Lease.Epoch);
        shard.Halted.Clear();
        var job = Job(shard.Job);
        job.WaitingShards.Remove(shard.Id.Number);
        job.LeasedShards.Add(shard.Id);
        foreach (var cell in shard.Cells.Select(Cell))
        {
            cell.Attempt++;
            job.Usage += cell.Spec.Pixels * (double)Math.Max(1, (cell.StopAt ?? cell.Spec.Steps) - cell.Step) / job.Spec.Weight;
        }
    }

    void Apply(ShardReleased e)
    {
        var shard = Shard(e.Lease.Shard);
        shard.Lease = null;
        shard.Halted.Clear();
        var job = Job(shard.Job);
        job.LeasedShards.Remove(shard.Id);
        job.WaitingShards.Add(shard.Id.Number);
        if (e.Reason is ReleaseReason.Expired or ReleaseReason.NodeRestarted)
            foreach (var cell in shard.Cells.Select(Cell))
                cell.Crashes++;
    }

    void Apply(CellsAcquitted e)
    {
        foreach (var cell in e.Cells.Select(Cell))
        {
            // It waits among those that are rendered alone, or not any more.
            var waiting = cell.Phase == CellPhase.Waiting ? Job(cell.Job).Waiting : null;
            waiting?.Remove(cell);
            cell.Crashes--;
            waiting?.Add(cell);
        }
    }

    void Apply(CellAccepted e)
    {
        var cell = Cell(e.Cell);
        Detach(cell);
        (cell.Phase, cell.Step, cell.Losses, cell.Score, cell.Seconds) =
            (CellPhase.Publishing, e.Step, e.Losses, e.Score ?? cell.Score, cell.Seconds + e.Seconds);
        cell.Attempt = e.Attempt;
        Job(cell.Job).Rungs?.Finished(cell.Spec);
    }

    void Apply(CellPublished e)
    {
        var cell = Cell(e.Cell);
        End(cell, CellPhase.Finished);
    }

    void Apply(CellHalted e)
    {
        var cell = Cell(e.Cell);
        // A node that had not begun does not know where the cell stands, and says 0.
        if (e.Step > 0) cell.Step = e.Step;
        cell.Losses = e.Losses ?? cell.Losses;
        if (e.Reason != StopReason.Rung)
        {
            Shard(cell.Shard!.Value).Halted.Add(e.Cell);
            return;
        }

        cell.Score = e.Score ?? cell.Score;
        Detach(cell);
        cell.Phase = CellPhase.AtRung;
        Job(cell.Job).Rungs?.Reached(cell.Spec, e.Score?.Balanced ?? double.NaN);
    }

    void Apply(CellPromoted e)
    {
        var cell = Cell(e.Cell);
        Job(cell.Job).Rungs?.Promoted(cell.Spec);
        cell.StopAt = e.StopAt;
        Wait(cell);
    }

    void Apply(CellDropped e)
    {
        var cell = Cell(e.Cell);
        Job(cell.Job).Rungs?.Dropped(cell.Spec);
        End(cell, CellPhase.Dropped);
    }

    void Apply(CellAttemptFailed e)
    {
        var cell = Cell(e.Cell);
        Detach(cell);
        cell.Failures++;
        cell.Error = e.Message;
        cell.FailedOn.Add(e.Node);
        Wait(cell);
    }

    void Apply(CellGaveUp e)
    {
        var cell = Cell(e.Cell);
        (cell.Error, cell.IsRendered) = (e.Message, e.IsRendered);
        Job(cell.Job).Rungs?.Failed(cell.Spec);
        foreach (var claim in cell.Claims) AddFault(Job(claim.Job), FaultOf(claim.Spec, e.Message));
        End(cell, CellPhase.Failed);
    }

    /// <summary>Told under the picture that the message is about: a style that is damaged is no fault of the photo.</summary>
    static FaultyInput FaultOf(CellSpec spec, string message)
    {
        var inputs = spec.Styles.Select(style => style.Input.Location).Append(spec.Initial?.Location).OfType<string>();
        return inputs.FirstOrDefault(path => message.StartsWith($"{path}: ", StringComparison.Ordinal)) is { } named
            ? new FaultyInput(named, message[(named.Length + 2)..])
            : new FaultyInput(spec.Content.Location, message);
    }
}
