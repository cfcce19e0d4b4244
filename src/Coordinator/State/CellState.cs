using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.State;

/// <summary>Where a cell is on its way.</summary>
public enum CellPhase
{
    /// <summary>No phase: a broken record cannot pass for a real one.</summary>
    None = 0,

    /// <summary>In no shard yet.</summary>
    Waiting = 1,

    /// <summary>In a shard, which a node may be working on.</summary>
    InShard = 2,

    /// <summary>At a rung, until it is decided whether it goes on.</summary>
    AtRung = 3,

    /// <summary>Rendered; its result is being put in place.</summary>
    Publishing = 4,

    /// <summary>Its result stands.</summary>
    Finished = 5,

    /// <summary>Stopped early, with its checkpoint kept.</summary>
    Dropped = 6,

    /// <summary>Given up.</summary>
    Failed = 7,
}

/// <summary>One cell that the farm keeps in mind.</summary>
public sealed class CellState
{
    /// <summary>Who asked for it: the job that it is rendered for, then others, which get its result too.</summary>
    public required List<CellClaim> Claims { get; init; }

    /// <summary>The cell, as the first of them asked for it.</summary>
    public CellSpec Spec => Claims[0].Spec;

    /// <summary>The job that it is rendered for.</summary>
    public JobId Job => Claims[0].Job;

    /// <summary>Where it is.</summary>
    public CellPhase Phase { get; set; } = CellPhase.Waiting;

    /// <summary>The shard that it is in.</summary>
    public ShardId? Shard { get; set; }

    /// <summary>Counts the tries; that of the newest claim.</summary>
    public int Attempt { get; set; }

    /// <summary>Tries that failed.</summary>
    public int Failures { get; set; }

    /// <summary>Nodes that died over it.</summary>
    public int Crashes { get; set; }

    /// <summary>The step of the newest checkpoint that is known of.</summary>
    public int Step { get; set; }

    /// <summary>The rung that it is to stop at; null: it goes to the end.</summary>
    public int? StopAt { get; set; }

    /// <summary>The newest losses.</summary>
    public Losses? Losses { get; set; }

    /// <summary>The newest score.</summary>
    public Score? Score { get; set; }

    /// <summary>Seconds of rendering.</summary>
    public double Seconds { get; set; }

    /// <summary>Why the last try failed.</summary>
    public string? Error { get; set; }

    /// <summary>Whether it failed with its picture in the store, which could not be put in place.</summary>
    public bool IsRendered { get; set; }

    /// <summary>Nodes on which it failed, to be avoided while there are others.</summary>
    public HashSet<NodeId> FailedOn { get; init; } = [];

    /// <summary>Whether it has come to its end.</summary>
    public bool IsEnded => Phase is CellPhase.Finished or CellPhase.Dropped or CellPhase.Failed;

    /// <summary>Whether it is suspected of killing nodes and is rendered alone.</summary>
    public bool IsSuspect => Crashes >= 2;

    /// <summary>Whether it is rendered alone: as a suspect, or because this is its last try, which no other cell may spoil.</summary>
    public bool IsAlone(JobSpec job) => IsSuspect || (Failures > 0 && Failures + 1 >= job.MaxAttempts);
}

/// <summary>A wish for a cell.</summary>
/// <param name="job">Who wishes.</param>
/// <param name="spec">What for, and where the result is to go.</param>
public sealed class CellClaim(JobId job, CellSpec spec)
{
    /// <summary>Who wishes.</summary>
    public JobId Job { get; } = job;

    /// <summary>What for, and where the result is to go.</summary>
    public CellSpec Spec { get; } = spec;

    /// <summary>Whether the job's present scan has come upon it, so that its counts hold it.</summary>
    public bool IsCounted { get; set; } = true;
}
