using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.State;

/// <summary>How many cells of a job are where. Of the present scan of its inputs.</summary>
public sealed class JobCounts
{
    /// <summary>Cells that the inputs came to, finished earlier ones included.</summary>
    public long Found { get; set; }

    /// <summary>Finished before the scan began.</summary>
    public long Earlier { get; set; }

    /// <summary>Finished since.</summary>
    public long Finished { get; set; }

    /// <summary>Stopped early.</summary>
    public long Dropped { get; set; }

    /// <summary>Given up.</summary>
    public long Failed { get; set; }

    /// <summary>Inputs that cannot be used.</summary>
    public long Faulty { get; set; }

    /// <summary>Begins anew.</summary>
    public void Clear() => (Found, Earlier, Finished, Dropped, Failed, Faulty) = (0, 0, 0, 0, 0, 0);

    /// <summary>Not at their end.</summary>
    public long Open => Found - Earlier - Finished - Dropped - Failed;
}

/// <summary>A job and what became of it.</summary>
public sealed class JobState
{
    /// <summary>The most faults that are kept word by word; the rest are counted.</summary>
    public const int MaxFaultsKept = 10_000;

    /// <summary>As submitted.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>0 to 100.</summary>
    public int Priority { get; set; }

    /// <summary>Whether it is worked on.</summary>
    public JobStatus Status { get; set; } = JobStatus.Active;

    /// <summary>Why it is not, for people.</summary>
    public string StatusReason { get; set; } = "";

    /// <summary>Where its cells are.</summary>
    public JobCounts Counts { get; init; } = new();

    /// <summary>Whether all inputs were looked at.</summary>
    public bool IsSourceRead { get; set; }

    /// <summary>Inputs and cells that came to nothing, and why.</summary>
    public List<FaultyInput> Faults { get; init; } = [];

    /// <summary>Pixel-steps given to nodes, for fair sharing.</summary>
    public double Usage { get; set; }

    /// <summary>The span that asked for it last, as a W3C <c>traceparent</c>; null: its way is not traced.</summary>
    public string? Trace { get; set; }

    /// <summary>Early stopping, where the job has it.</summary>
    public RungBook? Rungs { get; set; }

    /// <summary>Its cells that have not ended; for a sweep also those that have.</summary>
    public HashSet<CellId> Cells { get; init; } = [];

    /// <summary>Waiting cells by batch key.</summary>
    public WaitingCells Waiting => field ??= new WaitingCells(Spec);

    /// <summary>Shards that nobody works on, in order.</summary>
    public SortedSet<long> WaitingShards { get; } = [];

    /// <summary>Shards that nodes work on.</summary>
    public HashSet<ShardId> LeasedShards { get; } = [];
}
