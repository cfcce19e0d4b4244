using System.Collections.Immutable;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>How long shards take.</summary>
/// <param name="Shard">On average; zero: no time at all.</param>
/// <param name="SpreadPercent">By how much of that one may be shorter or longer, 0 to 100: 0 keeps all nodes in step.</param>
readonly record struct ShardPace(TimeSpan Shard, int SpreadPercent)
{
    /// <summary>How long the next one takes.</summary>
    public TimeSpan Next(Random random) => Shard * (1 + SpreadPercent / 100.0 * (2 * random.NextDouble() - 1));
}

/// <summary>Renders nothing, but takes its time over it: a device that works on one shard after another.</summary>
/// <param name="pace">How long shards take.</param>
/// <param name="random">Spreads them.</param>
/// <param name="clock">Measures them.</param>
/// <param name="busy">Told of each shard when it begins (true) and ends.</param>
sealed class PacedEngine(ShardPace pace, Random random, TimeProvider clock, Action<bool> busy) : IShardEngine
{
    readonly Lock _lock = new();
    readonly Queue<Run> _queue = new();
    ITimer? _timer;
    Run? _current;

    public IShardRun Start(AssignShard shard, Action<ShardEvent> tell)
    {
        var run = new Run(shard, tell);
        lock (_lock) _queue.Enqueue(run);
        Next();
        return run;
    }

    public void Prefetch(AssignShard next)
    {
        // There is nothing to fetch.
    }

    public void Dispose() => _timer?.Dispose();

    void Next()
    {
        lock (_lock)
        {
            if (_current is not null || !_queue.TryDequeue(out _current)) return;
        }

        busy(true);
        if (pace.Shard == TimeSpan.Zero) End();
        else _timer = clock.CreateTimer(_ => End(), null, pace.Next(random), Timeout.InfiniteTimeSpan);
    }

    void End()
    {
        Run run;
        lock (_lock) (run, _current) = (_current!, null);
        busy(false);
        run.Finish();
        Next();
    }

    sealed class Run(AssignShard shard, Action<ShardEvent> tell) : IShardRun
    {
        volatile bool _isCancelled;

        public void Stop(ImmutableArray<CellId> cells, StopReason reason)
        {
            // Shards of the bench are short: they run to their end.
        }

        public void Cancel() => _isCancelled = true;

        public void Finish()
        {
            if (_isCancelled) return;
            foreach (var cell in shard.Cells)
                tell(new CellTold(new CellFinished
                {
                    Lease = shard.Lease,
                    Cell = cell.Cell.Id,
                    Attempt = cell.Attempt,
                    Step = cell.Cell.Steps,
                    Losses = new Losses(1, 1, 1, 3),
                }));
            tell(new ShardEnded());
        }
    }
}
