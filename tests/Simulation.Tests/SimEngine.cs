using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>An engine that renders by arithmetic, in virtual time: one shard has the device, the others wait for it.</summary>
sealed class SimEngine(SimNode node) : IShardEngine
{
    readonly Queue<SimRun> _waiting = new();
    bool _isDisposed;

    /// <summary>What has the device.</summary>
    public SimRun? Rendering { get; private set; }

    public IShardRun Start(AssignShard shard, Action<ShardEvent> tell)
    {
        var run = new SimRun(node, this, shard, tell);
        _waiting.Enqueue(run);
        Next();
        return run;
    }

    public void Prefetch(AssignShard next)
    {
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var run in _waiting) run.Halt();
        Rendering?.Halt();
    }

    /// <summary>A run does not need the device any more.</summary>
    public void Free(SimRun run)
    {
        if (Rendering != run) return;
        Rendering = null;
        Next();
    }

    void Next()
    {
        if (_isDisposed || Rendering is not null || !_waiting.TryDequeue(out var next)) return;
        Rendering = next;
        next.Begin();
    }
}
