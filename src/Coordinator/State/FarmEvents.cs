using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.State;

/// <summary>
/// Something that has happened to the farm and is kept in the journal. Folding all of them gives the state again, so an event says what
/// came out, never what was asked.
/// </summary>
public abstract record FarmEvent;

/// <summary>A job was taken on.</summary>
public sealed record JobSubmitted(JobSpec Spec) : FarmEvent;

/// <summary>A job's inputs are looked at from the first one: its counts begin anew, cells in flight stay.</summary>
/// <param name="Job">The job.</param>
/// <param name="Trace">The span that asked for it again, as a W3C <c>traceparent</c>; null: the one before stands.</param>
public sealed record JobScanBegan(JobId Job, string? Trace = null) : FarmEvent;

/// <summary>A job is worked on, held back or given up.</summary>
/// <param name="Job">The job.</param>
/// <param name="Status">From now on.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record JobStatusChanged(JobId Job, JobStatus Status, string Reason) : FarmEvent;

/// <summary>A job matters more, or less, than before.</summary>
public sealed record JobPriorityChanged(JobId Job, int Priority) : FarmEvent;

/// <summary>More of a job's cells are known.</summary>
public sealed record CellsFound(JobId Job, CellPage Page) : FarmEvent;

/// <summary>Cells are bound together: they are rendered as one batch until each has left it.</summary>
public sealed record ShardFormed(ShardId Shard, JobId Job, ImmutableArray<CellId> Cells) : FarmEvent;

/// <summary>A node has claimed a shard; each of its cells begins another attempt.</summary>
public sealed record ShardLeased(Lease Lease) : FarmEvent;

/// <summary>A claim has ended before the shard did.</summary>
/// <param name="Lease">The claim.</param>
/// <param name="Reason">Why.</param>
public sealed record ShardReleased(Lease Lease, ReleaseReason Reason) : FarmEvent;

/// <summary>A shard is taken apart; its cells wait for others, or for themselves alone.</summary>
public sealed record ShardDissolved(ShardId Shard) : FarmEvent;

/// <summary>A node that had been heard no more lives after all: it did not die over these cells.</summary>
public sealed record CellsAcquitted(NodeId Node, ImmutableArray<CellId> Cells) : FarmEvent;

/// <summary>An attempt counts: its picture becomes the cell's result, and no other ever will.</summary>
public sealed record CellAccepted(CellId Cell, int Attempt, int Step, Losses Losses, Score? Score, double Seconds, NodeId Node) : FarmEvent;

/// <summary>The result stands in the store and wherever the user wants it.</summary>
public sealed record CellPublished(CellId Cell) : FarmEvent;

/// <summary>A cell stands at a checkpoint, as it was asked to.</summary>
public sealed record CellHalted(CellId Cell, int Attempt, int Step, StopReason Reason, Losses? Losses, Score? Score) : FarmEvent;

/// <summary>A cell goes on from its rung.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="StopAt">The next rung; null: to the end.</param>
public sealed record CellPromoted(CellId Cell, int? StopAt) : FarmEvent;

/// <summary>A cell goes no further than its rung; its checkpoint stays.</summary>
public sealed record CellDropped(CellId Cell) : FarmEvent;

/// <summary>An attempt has failed; there may be others.</summary>
public sealed record CellAttemptFailed(CellId Cell, int Attempt, NodeId Node, string Message) : FarmEvent;

/// <summary>A cell counts as failed.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="IsRendered">Whether its picture is in the store: when it is tried again, it is only put in place.</param>
public sealed record CellGaveUp(CellId Cell, string Message, bool IsRendered = false) : FarmEvent;

/// <summary>Failed or dropped cells of a job are tried again.</summary>
public sealed record CellsRetried(JobId Job, ImmutableArray<CellId> Cells) : FarmEvent;

/// <summary>What becomes of a job.</summary>
public enum JobStatus
{
    /// <summary>No status: a broken record cannot pass for a real one.</summary>
    None = 0,

    /// <summary>Its cells are rendered.</summary>
    Active = 1,

    /// <summary>Its cells wait until it is resumed.</summary>
    Paused = 2,

    /// <summary>Its cells are forgotten.</summary>
    Cancelled = 3,

    /// <summary>Every cell has come to its end.</summary>
    Done = 4,
}

/// <summary>Why a claim on a shard ended.</summary>
public enum ReleaseReason
{
    /// <summary>No reason: a broken record cannot pass for a real one.</summary>
    None = 0,

    /// <summary>All its cells stand at checkpoints, as asked.</summary>
    Halted = 1,

    /// <summary>The node was heard no more.</summary>
    Expired = 2,

    /// <summary>The node started anew while it worked on the shard.</summary>
    NodeRestarted = 3,

    /// <summary>The coordinator started anew, and so did the node: nobody is to blame.</summary>
    FarmRestarted = 4,

    /// <summary>The node does not work on it any more, though it lives.</summary>
    NotHeld = 5,
}
