using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Engines;

/// <summary>
/// What an engine tells of one shard. Each cell gets one final report (finished, stopped or failed), then comes <see cref="ShardEnded"/>;
/// or the shard crashes, and that is the last word.
/// </summary>
public abstract record ShardEvent;

/// <summary>A word on one cell. What it speaks of is in the store already.</summary>
public sealed record CellTold(CellReport Report) : ShardEvent;

/// <summary>Work that was done since the last event of this kind. About once a second; may be left out.</summary>
/// <param name="PixelSteps">Result pixels times steps, over all cells.</param>
/// <param name="Busy">How long the device worked on it.</param>
public sealed record ShardPaced(double PixelSteps, TimeSpan Busy) : ShardEvent;

/// <summary>The device is free for the next shard; results of this one are still on their way into the store. May be left out.</summary>
public sealed record ShardRendered : ShardEvent;

/// <summary>All cells have been told of; nothing more comes.</summary>
public sealed record ShardEnded : ShardEvent;

/// <summary>The engine broke down over this shard and is to be replaced; cells without a final report have failed.</summary>
/// <param name="Message">One line for people.</param>
/// <param name="IsTransient">Whether another try can help.</param>
public sealed record ShardCrashed(string Message, bool IsTransient) : ShardEvent;
