using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Simulation.Tests;

/// <summary>Whether a state holds together: each cell is in exactly one place, each claim is known on both sides, and counts add up.</summary>
static class FarmCheck
{
    /// <summary>What is wrong with the coordinator's mind; null when nothing.</summary>
    public static string? FaultOf(Coordinator.Farm farm) => FaultOf(farm.State) ?? FaultOf(farm.State, farm.Presence);

    /// <summary>What is wrong with a state; null when nothing.</summary>
    public static string? FaultOf(FarmState state)
    {
        foreach (var shard in state.Shards.Values)
            if (FaultOf(state, shard) is { } fault)
                return $"shard {shard.Id}: {fault}";
        foreach (var cell in state.Cells.Values)
            if (FaultOf(state, cell) is { } fault)
                return $"cell {cell.Spec.Id}, {cell.Phase}: {fault}";
        foreach (var job in state.Jobs.Values)
            if (FaultOf(state, job) is { } fault)
                return $"job {job.Spec.Id}, {job.Status}: {fault}";
        return null;
    }

    static string? FaultOf(FarmState state, ShardState shard)
    {
        var job = state.Job(shard.Job);
        if (shard.Cells.Count == 0) return "it is empty";
        if (shard.Cells.Distinct().Count() != shard.Cells.Count) return "a cell is in it twice";
        if (shard.Cells.Exists(id => !state.Cells.TryGetValue(id, out var cell) || cell.Shard != shard.Id || cell.Phase != CellPhase.InShard))
            return "a cell of it does not know";
        if (shard.Lease is { } lease && (lease.Epoch != shard.Epoch || lease.Shard != shard.Id)) return $"its claim is {lease} at epoch {shard.Epoch}";
        if (shard.Lease is null == job.LeasedShards.Contains(shard.Id) || shard.Lease is null != job.WaitingShards.Contains(shard.Id.Number))
            return "its job has it in the wrong place";
        return shard.Halted.IsSubsetOf(shard.Cells) ? null : "a cell that is not in it stands at a checkpoint";
    }

    static string? FaultOf(FarmState state, CellState cell)
    {
        if (cell.Phase == CellPhase.None) return "it is nowhere";
        if (cell.Phase == CellPhase.InShard != cell.Shard is not null) return $"its shard is {cell.Shard}";
        if (cell.Shard is { } shard && (!state.Shards.TryGetValue(shard, out var known) || !known.Cells.Contains(cell.Spec.Id) || known.Job != cell.Job))
            return "its shard does not know it";
        if (cell.Claims.Exists(claim => !state.Jobs.TryGetValue(claim.Job, out var job) || !job.Cells.Contains(cell.Spec.Id))) return "a job does not know its claim";
        return cell.Phase == CellPhase.Waiting && !state.Job(cell.Job).Waiting.Keys.Any(key => state.Job(cell.Job).Waiting.Under(key).Contains(cell.Spec.Id))
            ? "it waits for nothing"
            : null;
    }

    static string? FaultOf(FarmState state, JobState job)
    {
        var id = job.Spec.Id;
        if (job.Cells.Any(cell => !state.Cells.TryGetValue(cell, out var known) || !known.Claims.Exists(claim => claim.Job == id))) return "a cell does not know that it is wanted";
        if (job.Waiting.Count != job.Cells.Count(cell => state.Cell(cell) is { Phase: CellPhase.Waiting } waiting && waiting.Job == id)) return $"{job.Waiting.Count} wait";
        if (job.LeasedShards.Concat(job.WaitingShards.Select(number => new ShardId(number))).Any(shard => !state.Shards.TryGetValue(shard, out var known) || known.Job != id))
            return "a shard of it is gone";
        if (job.Status is JobStatus.Cancelled) return null;
        var (open, dropped, failed) = (Claims(cell => !cell.IsEnded), Claims(cell => cell.Phase == CellPhase.Dropped), Claims(cell => cell.Phase == CellPhase.Failed));
        var counts = job.Counts;
        if (counts.Open != open || counts.Dropped != dropped || counts.Failed != failed)
            return $"{counts.Open} open, {counts.Dropped} dropped, {counts.Failed} failed are counted; there are {open}, {dropped}, {failed}";
        return job.Status == JobStatus.Done && open > 0 ? "it is done too early" : null;

        int Claims(Predicate<CellState> fits) => job.Cells.Select(state.Cell).Where(cell => fits(cell)).Sum(cell => cell.Claims.Count(claim => claim.Job == id && claim.IsCounted));
    }

    static string? FaultOf(FarmState state, Coordinator.Presence presence)
    {
        foreach (var (shard, live) in presence.Leases)
            if (!state.Shards.TryGetValue(shard, out var known) || known.Lease != live.Lease)
                return $"claim {live.Lease} is alive only in memory";
        if (state.Shards.Values.FirstOrDefault(shard => shard.Lease is not null && !presence.Leases.ContainsKey(shard.Id)) is { } lost) return $"nobody watches over {lost.Lease}";
        foreach (var node in presence.Nodes.Values)
            if (!node.Leases.Order(Comparer<ShardId>.Create((a, b) => a.Number.CompareTo(b.Number)))
                    .SequenceEqual(presence.Leases.Values.Where(live => live.Lease.Node == node.Id).Select(live => live.Lease.Shard).OrderBy(shard => shard.Number)))
                return $"node {node.Id} is thought to hold {string.Join(' ', node.Leases)}";
        return null;
    }
}
