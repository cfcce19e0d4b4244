using System.Collections.Concurrent;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.GpuNode.Rendering;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Engines;

/// <summary>
/// Renders shards on a device: one thread owns the warm network and renders shard after shard, while the inputs of the next are fetched
/// and the results of those before are stored in the background. Made by <see cref="StyleEngines"/>.
/// </summary>
public sealed class StyleShardEngine : IShardEngine
{
    const int MaxStarted = 16;

    readonly EngineServices _services;
    readonly BlockingCollection<StyleShardRun> _waiting = new(MaxStarted);
    readonly ConcurrentDictionary<StyleShardRun, bool> _runs = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _before;
    (Lease Lease, Task<ShardInputs> Inputs, CancellationTokenSource Cancel)? _next;

    internal StyleShardEngine(EngineServices services, Task before)
    {
        (_services, _before) = (services, before);
        new Thread(RenderShards) { IsBackground = true, Name = $"render {services.Options.Device}" }.Start();
    }

    /// <summary>Completes when the render thread has ended and nothing of the engine is on the device any more.</summary>
    public Task Ended => _ended.Task;

    /// <inheritdoc/>
    public IShardRun Start(AssignShard shard, Action<ShardEvent> tell)
    {
        var fetched = TakeNext(shard.Lease);
        var run = new StyleShardRun(shard, token => InputsAsync(shard, fetched, token), tell, _services);
        _runs[run] = true;
        if (_waiting.TryAdd(run)) return run;
        run.Cancel();
        throw new InvalidOperationException($"{MaxStarted} shards wait for the device already");
    }

    /// <inheritdoc/>
    public void Prefetch(AssignShard next)
    {
        ForgetNext();
        var cancel = new CancellationTokenSource();
        _next = (next.Lease, Task.Run(() => ShardInputs.PrepareAsync(next, _services.Inputs, cancel.Token)), cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetNext();
        _waiting.CompleteAdding();
        foreach (var run in _runs.Keys.Where(run => !run.IsRendered)) run.Cancel();
    }

    void RenderShards()
    {
        _before.Wait();
        using (var network = new WarmNetwork(_services.Options, _services.Clock))
            while (_waiting.TryTake(out var run, Timeout.Infinite))
                if (!RenderShard(run, network))
                    break;

        foreach (var left in _waiting)
        {
            left.Discard();
            _ = ForgetAsync(left);
        }

        _ended.SetResult();
    }

    bool RenderShard(StyleShardRun run, WarmNetwork network)
    {
        var isWell = run.Render(network);
        _ = ForgetAsync(run);
        return isWell;
    }

    async Task ForgetAsync(StyleShardRun run)
    {
        await run.Over;
        _runs.TryRemove(run, out _);
        run.Dispose();
    }

    Task<ShardInputs> InputsAsync(AssignShard shard, Task<ShardInputs>? fetched, CancellationToken cancellation) => Task.Run(async () =>
    {
        if (fetched is null) return await ShardInputs.PrepareAsync(shard, _services.Inputs, cancellation);
        var (all, wanted) = (await fetched.WaitAsync(cancellation), shard.Cells.Select(cell => cell.Cell.Id).ToHashSet());
        return new ShardInputs([.. all.Ready.Where(cell => wanted.Contains(cell.Id))],
            [.. all.Unready.Where(cell => wanted.Contains(cell.Assignment.Cell.Id))]);
    }, cancellation);

    /// <summary>What was fetched for a shard, if it was this one.</summary>
    Task<ShardInputs>? TakeNext(Lease lease)
    {
        if (_next is not { } next || next.Lease != lease) return null;
        _next = null;
        return next.Inputs;
    }

    void ForgetNext()
    {
        _next?.Cancel.Cancel();
        _next?.Cancel.Dispose();
        _next = null;
    }
}
