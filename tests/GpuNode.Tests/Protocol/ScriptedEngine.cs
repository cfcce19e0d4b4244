using System.Collections.Immutable;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Protocol;

/// <summary>An engine that does nothing by itself: the test reads what it was asked and tells what it likes.</summary>
sealed class ScriptedEngine : IShardEngine
{
    public List<ScriptedRun> Runs { get; } = [];

    public List<AssignShard> Prefetched { get; } = [];

    public bool IsDisposed { get; private set; }

    public Exception? StartFails { get; init; }

    public IShardRun Start(AssignShard shard, Action<ShardEvent> tell)
    {
        if (StartFails is not null) throw StartFails;
        var run = new ScriptedRun(shard, tell);
        Runs.Add(run);
        return run;
    }

    public void Prefetch(AssignShard next) => Prefetched.Add(next);

    public void Dispose() => IsDisposed = true;
}

sealed class ScriptedRun(AssignShard shard, Action<ShardEvent> tell) : IShardRun
{
    public AssignShard Shard { get; } = shard;

    public Action<ShardEvent> Tell { get; } = tell;

    public List<(ImmutableArray<CellId> Cells, StopReason Reason)> Stops { get; } = [];

    public bool IsCancelled { get; private set; }

    public void Stop(ImmutableArray<CellId> cells, StopReason reason) => Stops.Add((cells, reason));

    public Exception? CancelFails { get; set; }

    public void Cancel()
    {
        if (CancelFails is not null) throw CancelFails;
        IsCancelled = true;
    }

    public void Progress(int cell, int step) => Tell(new CellTold(new CellProgress
    {
        Lease = Shard.Lease,
        Cell = Shard.Cells[cell].Cell.Id,
        Attempt = Shard.Cells[cell].Attempt,
        Step = step,
    }));

    public void Finish(int cell) => Tell(new CellTold(new CellFinished
    {
        Lease = Shard.Lease,
        Cell = Shard.Cells[cell].Cell.Id,
        Attempt = Shard.Cells[cell].Attempt,
        Step = Shard.Cells[cell].Cell.Steps,
        Losses = new Losses(1, 2, 3, 6),
    }));

    public void Stopped(int cell, int step, StopReason reason) => Tell(new CellTold(new CellStopped
    {
        Lease = Shard.Lease,
        Cell = Shard.Cells[cell].Cell.Id,
        Attempt = Shard.Cells[cell].Attempt,
        Step = step,
        Reason = reason,
    }));

    public void FinishAll()
    {
        for (var cell = 0; cell < Shard.Cells.Length; cell++) Finish(cell);
        Tell(new ShardEnded());
    }
}
