using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Wire;

/// <summary>
/// What coordinator and nodes tell each other. Delivery is at least once, late and in any order, so every handler is idempotent: by
/// cell, attempt and lease epoch. Messages carry ids and storage keys, never pixels. Fields are only ever added (docs/messages.md).
/// </summary>
public abstract record WireMessage;

/// <summary>Node → coordinator: here I am. Sent until welcomed, and again whenever the coordinator's epoch rises.</summary>
public sealed record NodeHello : WireMessage
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Differs for each start of the node: what an earlier one held is lost.</summary>
    public required string Incarnation { get; init; }

    /// <summary>StyleFarm's version there.</summary>
    public string Version { get; init; } = "";

    /// <summary>Such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>What the device can give to batches.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The identity of the weights that are loaded; work for others is not sent.</summary>
    public string WeightsHash { get; init; } = "";

    /// <summary>The precisions that it can compute in; empty: all.</summary>
    public ImmutableArray<string> Precisions { get; init; } = [];

    /// <summary>Leases that it still works on.</summary>
    public ImmutableArray<Lease> Held { get; init; } = [];
}

/// <summary>Coordinator → node: you are one of us.</summary>
public sealed record NodeWelcome : WireMessage
{
    /// <summary>The coordinator's epoch; a node ignores lower ones from then on.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>How often to send a heartbeat.</summary>
    public required int HeartbeatMilliseconds { get; init; }

    /// <summary>How long a lease lasts after a heartbeat. A node that hears nothing for so long stops working on it.</summary>
    public required int LeaseMilliseconds { get; init; }
}

/// <summary>Node → coordinator: alive, and still working on these; renews their leases.</summary>
public sealed record Heartbeat : WireMessage
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>As in <see cref="NodeHello"/>.</summary>
    public required string Incarnation { get; init; }

    /// <summary>Leases that it works on or has queued.</summary>
    public ImmutableArray<Lease> Held { get; init; } = [];

    /// <summary>Result pixels times steps a second, over the last minute; 0 when idle.</summary>
    public double PixelStepsPerSecond { get; init; }

    /// <summary>The share of the last minute in which it rendered, 0 to 1.</summary>
    public double Utilisation { get; init; }

    /// <summary>Whether it takes no new work.</summary>
    public bool IsDraining { get; init; }
}

/// <summary>Coordinator → node: heard you.</summary>
public sealed record HeartbeatReply : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>Leases in the heartbeat that are not the node's any more: to be dropped at once, without reports.</summary>
    public ImmutableArray<Lease> Lost { get; init; } = [];

    /// <summary>Whether the coordinator does not know this node: it should send <see cref="NodeHello"/>.</summary>
    public bool IsUnknown { get; init; }
}

/// <summary>One cell of a shard.</summary>
public sealed record CellAssignment
{
    /// <summary>The cell.</summary>
    public required CellSpec Cell { get; init; }

    /// <summary>Counts the tries on this cell, from 1; stands in every key that this try writes.</summary>
    public required int Attempt { get; init; }

    /// <summary>Stop after so many steps in all, with a checkpoint and a score; null: render to the end.</summary>
    public int? StopAt { get; init; }
}

/// <summary>Coordinator → node: render these as one batch. Each cell goes on from the newest checkpoint that all of them have.</summary>
public sealed record AssignShard : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>The claim that this gives.</summary>
    public required Lease Lease { get; init; }

    /// <summary>The job.</summary>
    public required JobId Job { get; init; }

    /// <summary>The job's recipe, which the cells' settings vary.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The preset or file that the recipe came from.</summary>
    public string RecipeName { get; init; } = "";

    /// <summary>What the network computes in.</summary>
    public required string Precision { get; init; }

    /// <summary>Steps between checkpoints; 0 for none.</summary>
    public required int CheckpointEvery { get; init; }

    /// <summary>Whether cells are scored at <see cref="CellAssignment.StopAt"/> and at the end.</summary>
    public bool IsScored { get; init; }

    /// <summary>At least one, with equal batch keys.</summary>
    public required ImmutableArray<CellAssignment> Cells { get; init; }

    /// <summary>The span that gave it out, as a W3C <c>traceparent</c>; null: its way is not traced.</summary>
    public string? Trace { get; init; }
}

/// <summary>Why cells are to be left.</summary>
public enum StopReason
{
    /// <summary>Not stopped.</summary>
    None = 0,

    /// <summary>It reached the step of <see cref="CellAssignment.StopAt"/>.</summary>
    Rung = 1,

    /// <summary>The job was paused.</summary>
    Pause = 2,

    /// <summary>A job of higher priority needs the node.</summary>
    Preemption = 3,

    /// <summary>The node is to be emptied.</summary>
    Drain = 4,

    /// <summary>Another node stands idle.</summary>
    Rebalance = 5,
}

/// <summary>Coordinator → node: leave these cells with a checkpoint. Answered by <see cref="CellStopped"/> for each.</summary>
public sealed record StopCells : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>The claim that they are rendered under.</summary>
    public required Lease Lease { get; init; }

    /// <summary>The cells; empty: all of the shard.</summary>
    public ImmutableArray<CellId> Cells { get; init; } = [];

    /// <summary>Why.</summary>
    public required StopReason Reason { get; init; }
}

/// <summary>Coordinator → node: forget this shard; nothing of it is wanted any more.</summary>
public sealed record CancelShard : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>The claim that ends.</summary>
    public required Lease Lease { get; init; }
}

/// <summary>Coordinator → node: leave everything with a checkpoint and take nothing new; or take work again.</summary>
public sealed record DrainNode : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>False: take work again.</summary>
    public bool IsDraining { get; init; } = true;
}

/// <summary>Coordinator → node: these reports are kept for good and need not be sent again.</summary>
public sealed record Receipt : WireMessage
{
    /// <summary>The coordinator's epoch.</summary>
    public required long CoordinatorEpoch { get; init; }

    /// <summary>The claim that the reports were made under.</summary>
    public required Lease Lease { get; init; }

    /// <summary>The cells that were reported finished, failed or stopped.</summary>
    public required ImmutableArray<CellId> Cells { get; init; }
}

/// <summary>A node's word on one cell under one claim.</summary>
public abstract record CellReport : WireMessage
{
    /// <summary>The claim.</summary>
    public required Lease Lease { get; init; }

    /// <summary>The cell.</summary>
    public required CellId Cell { get; init; }

    /// <summary>The try.</summary>
    public required int Attempt { get; init; }

    /// <summary>Steps done in all.</summary>
    public required int Step { get; init; }
}

/// <summary>The losses of a cell, weighted as they enter the total.</summary>
public sealed record Losses(double Content, double Style, double Tv, double Total);

/// <summary>Node → coordinator: a checkpoint of the cell is in the store. For people's eyes; may be lost.</summary>
public sealed record CellProgress : CellReport
{
    /// <summary>The losses there.</summary>
    public Losses? Losses { get; init; }
}

/// <summary>Node → coordinator: rendered, and the picture is in the store under the attempt's own key. Sent until receipted.</summary>
public sealed record CellFinished : CellReport
{
    /// <summary>The losses of the result.</summary>
    public required Losses Losses { get; init; }

    /// <summary>The score, where one was asked for.</summary>
    public Score? Score { get; init; }

    /// <summary>Seconds of rendering in this try.</summary>
    public double Seconds { get; init; }
}

/// <summary>Node → coordinator: left with a checkpoint in the store. Sent until receipted.</summary>
public sealed record CellStopped : CellReport
{
    /// <summary>Why.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>The losses there.</summary>
    public Losses? Losses { get; init; }

    /// <summary>The score, where one was asked for.</summary>
    public Score? Score { get; init; }
}

/// <summary>Node → coordinator: this try has failed. Sent until receipted.</summary>
public sealed record CellFailed : CellReport
{
    /// <summary>Whether another try can help: the store was away, the memory was short. A broken photo stays broken.</summary>
    public required bool IsTransient { get; init; }

    /// <summary>One line for people.</summary>
    public required string Message { get; init; }
}
