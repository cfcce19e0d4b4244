using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Engines;

/// <summary>
/// What renders shards for a node: the seam between the protocol and the rendering. Every member returns at once and is called from one
/// thread at a time. <see cref="IDisposable.Dispose"/> lets what is being rendered go, without another word on it; what was rendered
/// before is still brought into the store and told.
/// </summary>
public interface IShardEngine : IDisposable
{
    /// <summary>Renders a shard as soon as the device is free of those started before.</summary>
    /// <param name="shard">What to render.</param>
    /// <param name="tell">Told what it comes to, from any thread and from several at once.</param>
    IShardRun Start(AssignShard shard, Action<ShardEvent> tell);

    /// <summary>Fetches the inputs of the shard that comes next. A hint: it may be forgotten, and the shard may never be started.</summary>
    void Prefetch(AssignShard next);
}

/// <summary>A shard that was started. Members return at once; what has left already stays as it is.</summary>
public interface IShardRun
{
    /// <summary>Lets cells go with a checkpoint; each is told as <see cref="CellStopped"/>, or as finished if it just was.</summary>
    /// <param name="cells">Empty: all.</param>
    /// <param name="reason">What the reports say.</param>
    void Stop(ImmutableArray<CellId> cells, StopReason reason);

    /// <summary>Lets all go at once; nothing more is told of it, and what is not in the store yet is dropped.</summary>
    void Cancel();
}
