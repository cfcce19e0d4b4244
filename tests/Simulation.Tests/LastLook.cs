using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>What must be true when all has come to its end and nobody does anything any more.</summary>
sealed class LastLook(FarmSimulation farm)
{
    readonly FarmState _state = farm.Ledger.State;

    public void Check()
    {
        farm.CheckMind();
        foreach (var job in farm.Plan.Jobs) Check(job, _state.Job(job.Spec.Id));
        if (_state.Shards.Count > 0) farm.Break("nothing is left over", $"shards {string.Join(' ', _state.Shards.Keys)}");
        if (farm.Coordinators.Live!.Presence.Leases.Count > 0) farm.Break("nothing is left over", "claims");
        if (farm.Fabric.Held.FirstOrDefault(held => farm.Fleet.Alive.Any(node => node.Name == held.Key) && held.Value > 0) is { Key: { } node })
            farm.Break("nothing is left over", $"node {node} holds claims");
        if (farm.Plan.Faults == Faults.None && farm.Renders.RepeatedSteps > 0) farm.Break("nothing is repeated without a fault", $"{farm.Renders.RepeatedSteps} steps");
        if (farm.Violation is null) farm.CheckReplay();
    }

    void Check(SimJob plan, JobState job)
    {
        if (job.Status == JobStatus.Cancelled) return;
        foreach (var cell in plan.Cells) Check(plan, job, cell);
        var unwritable = job.Faults.Count(fault => fault.Reason == "read-only");
        var counts = job.Counts;
        if (counts.Found + unwritable < plan.Cells.Count || counts.Found > plan.Cells.Count || counts.Open != 0)
            farm.Break("counts add up", $"{job.Spec.Id}: {plan.Cells.Count} inputs, {unwritable} cannot be written; found {counts.Found}, open {counts.Open}");
        if (counts.Faulty < plan.Faulty.Count || counts.Faulty > plan.Faulty.Count + unwritable) farm.Break("counts add up", $"{job.Spec.Id}: {counts.Faulty} faulty");
        var doomed = plan.Cells.Count(cell => farm.Plan.Cells[cell.Id].IsDoomed);
        var unlucky = plan.Cells.Count(cell => _state.Cells.TryGetValue(cell.Id, out var known) && IsUnlucky(known));
        if (counts.Failed > doomed + unlucky) farm.Break("only what can come to nothing fails", $"{job.Spec.Id}: {counts.Failed} failed, {doomed} are doomed");
    }

    /// <summary>Nodes were killed so often while they happened to have it that it has come under suspicion.</summary>
    bool IsUnlucky(CellState cell) => cell.Phase == CellPhase.Failed && cell.Crashes >= farm.Plan.Options.MaxCrashes
        && (farm.Plan.Faults & (Faults.NodeCrashes | Faults.Leaves)) != 0;

    void Check(SimJob plan, JobState job, CellSpec spec)
    {
        var cell = farm.Plan.Cells[spec.Id];
        var phase = _state.Cells.TryGetValue(spec.Id, out var known) ? known.Phase : CellPhase.None;
        if (cell.IsDoomed)
        {
            if (phase is not (CellPhase.Failed or CellPhase.Dropped) && cell.Trait != Trait.Undeliverable) farm.Break("what can come to nothing fails", $"{cell.Id}, {cell.Trait}, is {phase}");
            return;
        }

        if (phase == CellPhase.Dropped && job.Rungs is not null) return;
        if (known is not null && IsUnlucky(known)) return;
        if (phase is not (CellPhase.None or CellPhase.Finished)) farm.Break("only what can come to nothing fails", $"{cell.Id}, {cell.Trait}, is {phase}: {known?.Error}");
        if (farm.Store.Read(StoreKey.Provenance(cell.Id)) is not { } result) farm.Break("no cell is lost", $"{cell.Id} of {plan.Spec.Id} has no result");
        else if (farm.Sink.RunAt(plan.Spec.Id, spec.Output!) != Result.Parse(result).Run) farm.Break("each finished cell is delivered to each claim", $"{cell.Id} is not at {spec.Output}");
    }
}
