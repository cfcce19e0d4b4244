using System.Collections.Immutable;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.State;

/// <summary>The whole state, to begin from instead of the whole journal.</summary>
public sealed record FarmSnapshot
{
    /// <summary>Shards formed so far.</summary>
    public required long ShardsFormed { get; init; }

    /// <summary>The most attempts of any cell that has left.</summary>
    public int AttemptsBefore { get; init; }

    /// <summary>Jobs in the order of their ids.</summary>
    public required ImmutableArray<JobImage> Jobs { get; init; }

    /// <summary>Cells in the order of their ids.</summary>
    public required ImmutableArray<CellImage> Cells { get; init; }

    /// <summary>Shards in order.</summary>
    public required ImmutableArray<ShardImage> Shards { get; init; }
}

/// <summary>A job in a snapshot.</summary>
public sealed record JobImage(JobSpec Spec, int Priority, JobStatus Status, string StatusReason, ImmutableArray<long> Counts,
    bool IsSourceRead,
    ImmutableArray<FaultyInput> Faults, double Usage, ImmutableArray<ContestantImage> Contestants,
    string? Trace = null);

/// <summary>A cell in a snapshot.</summary>
public sealed record CellImage(ImmutableArray<ClaimImage> Claims, CellPhase Phase, int Attempt, int Failures, int Crashes, int Step,
    int? StopAt,
    Losses? Losses, Score? Score, double Seconds, string? Error, ImmutableArray<NodeId> FailedOn, bool IsRendered = false);

/// <summary>A wish in a snapshot.</summary>
public sealed record ClaimImage(JobId Job, CellSpec Spec, bool IsCounted);

/// <summary>A shard in a snapshot.</summary>
public sealed record ShardImage(ShardId Id, JobId Job, ImmutableArray<CellId> Cells, ImmutableArray<CellId> Halted, long Epoch,
    Lease? Lease);

public sealed partial class FarmState
{
    /// <summary>An image of the state; equal states have equal images.</summary>
    public FarmSnapshot Image() => new()
    {
        ShardsFormed = ShardsFormed,
        AttemptsBefore = AttemptsBefore,
        Jobs = [.. _jobs.Values.OrderBy(job => job.Spec.Id.ToString(), StringComparer.Ordinal).Select(Image)],
        Cells = [.. _cells.Values.OrderBy(cell => cell.Spec.Id.ToString(), StringComparer.Ordinal).Select(Image)],
        Shards = [.. _shards.Values.OrderBy(shard => shard.Id.Number).Select(shard =>
            new ShardImage(shard.Id, shard.Job, [.. shard.Cells], [.. shard.Cells.Where(shard.Halted.Contains)], shard.Epoch,
                shard.Lease))],
    };

    /// <summary>The state that an image was made of.</summary>
    public static FarmState Of(FarmSnapshot snapshot)
    {
        var state = new FarmState { ShardsFormed = snapshot.ShardsFormed, AttemptsBefore = snapshot.AttemptsBefore };
        foreach (var image in snapshot.Jobs) state.Restore(image);
        foreach (var image in snapshot.Cells) state.Restore(image);
        foreach (var image in snapshot.Shards) state.Restore(image);
        foreach (var cell in state._cells.Values.Where(cell => cell.Phase == CellPhase.Waiting)) state.Job(cell.Job).Waiting.Add(cell);
        return state;
    }

    static JobImage Image(JobState job)
    {
        var counts = job.Counts;
        return new JobImage(job.Spec, job.Priority, job.Status, job.StatusReason,
            [counts.Found, counts.Earlier, counts.Finished, counts.Dropped, counts.Failed, counts.Faulty], job.IsSourceRead,
            [.. job.Faults], job.Usage,
            job.Rungs?.Image() ?? [], job.Trace);
    }

    static CellImage Image(CellState cell) => new([.. cell.Claims.Select(claim => new ClaimImage(claim.Job, claim.Spec, claim.IsCounted))],
        cell.Phase, cell.Attempt, cell.Failures, cell.Crashes, cell.Step, cell.StopAt, cell.Losses, cell.Score, cell.Seconds, cell.Error,
        [.. cell.FailedOn.OrderBy(node => node.ToString(), StringComparer.Ordinal)], cell.IsRendered);

    void Restore(JobImage image)
    {
        var job = new JobState
        {
            Spec = image.Spec,
            Priority = image.Priority,
            Status = image.Status,
            StatusReason = image.StatusReason,
            IsSourceRead = image.IsSourceRead,
            Faults = [.. image.Faults],
            Usage = image.Usage,
            Trace = image.Trace,
            Rungs = image.Spec.Rungs is null ? null : new RungBook(image.Spec.Rungs),
        };
        var counts = job.Counts;
        (counts.Found, counts.Earlier, counts.Finished, counts.Dropped, counts.Failed, counts.Faulty) =
            (image.Counts[0], image.Counts[1], image.Counts[2], image.Counts[3], image.Counts[4], image.Counts[5]);
        job.Rungs?.Restore(image.Contestants);
        _jobs.Add(job.Spec.Id, job);
    }

    void Restore(CellImage image)
    {
        var cell = new CellState
        {
            Claims = [.. image.Claims.Select(claim => new CellClaim(claim.Job, claim.Spec) { IsCounted = claim.IsCounted })],
            Phase = image.Phase,
            Attempt = image.Attempt,
            Failures = image.Failures,
            Crashes = image.Crashes,
            Step = image.Step,
            StopAt = image.StopAt,
            Losses = image.Losses,
            Score = image.Score,
            Seconds = image.Seconds,
            Error = image.Error,
            FailedOn = [.. image.FailedOn],
            IsRendered = image.IsRendered,
        };
        _cells.Add(cell.Spec.Id, cell);
        foreach (var claim in cell.Claims) Job(claim.Job).Cells.Add(cell.Spec.Id);
    }

    void Restore(ShardImage image)
    {
        var shard = new ShardState
        {
            Id = image.Id,
            Job = image.Job,
            Cells = [.. image.Cells],
            Halted = [.. image.Halted],
            Epoch = image.Epoch,
            Lease = image.Lease,
        };
        _shards.Add(shard.Id, shard);
        foreach (var id in shard.Cells) Cell(id).Shard = shard.Id;
        if (shard.Lease is null) Job(shard.Job).WaitingShards.Add(shard.Id.Number);
        else Job(shard.Job).LeasedShards.Add(shard.Id);
    }
}
