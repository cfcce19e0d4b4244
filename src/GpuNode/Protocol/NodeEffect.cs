using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>What the node's actor is to do after a turn, in order.</summary>
abstract record NodeEffect;

/// <summary>Send this to the coordinator.</summary>
sealed record Say(WireMessage Message) : NodeEffect;

/// <summary>Say hello again after so long, unless welcomed by then.</summary>
sealed record HelloAgain(TimeSpan After) : NodeEffect;

/// <summary>Let the heart beat at this pace.</summary>
sealed record BeatEvery(TimeSpan Interval) : NodeEffect;

/// <summary>Let the engine go and start a fresh one after so long.</summary>
sealed record ReplaceEngine(TimeSpan After) : NodeEffect;

/// <summary>Start a shard under this number.</summary>
sealed record StartRun(int Run, AssignShard Shard) : NodeEffect;

/// <summary>Fetch the inputs of what comes next.</summary>
sealed record PrefetchShard(AssignShard Shard) : NodeEffect;

/// <summary>Let cells of a run go with a checkpoint; empty: all.</summary>
sealed record StopRun(int Run, ImmutableArray<CellId> Cells, StopReason Reason) : NodeEffect;

/// <summary>Let a run go at once.</summary>
sealed record CancelRun(int Run) : NodeEffect;

/// <summary>A run will be heard of no more.</summary>
sealed record ForgetRun(int Run) : NodeEffect;

/// <summary>Stop the actor: the node has left.</summary>
sealed record Leave : NodeEffect;

/// <summary>A line for the log.</summary>
sealed record Note(string Line) : NodeEffect;
