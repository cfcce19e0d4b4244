using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>
/// Brings what one shard makes into the store, in order and in the background, and tells what has arrived. While the store is away
/// checkpoints wait on the local disk, the newest two sets of them, and everything is tried again after ever longer waits.
/// </summary>
/// <param name="services">The store and the local disk.</param>
/// <param name="trace">The shard's spans.</param>
/// <param name="tell">Told what is in the store.</param>
/// <param name="cancellation">Drops all that is not in the store yet.</param>
sealed class UploadLane(EngineServices services, ShardTrace trace, Action<ShardEvent> tell, CancellationToken cancellation)
{
    readonly UploadQueue _queue = new();
    readonly CellWriter _writer = new(services);

    /// <summary>Adds an item; returns at once.</summary>
    public void Add(UploadItem item) => _queue.Add(item);

    /// <summary>Nothing more is added.</summary>
    public void Close() => _queue.Close();

    /// <summary>Works until all is told after <see cref="Close"/>.</summary>
    public async Task RunAsync()
    {
        try
        {
            for (var tries = 0; await _queue.TakeAsync(cancellation) is { } item;)
                tries = await TryAsync(item, tries);
        }
        finally
        {
            foreach (var item in _queue.End()) Forget(item, "cancelled");
            ForgetDropped();
        }
    }

    /// <summary>Tries one item once. Returns how often the store has failed in a row.</summary>
    async Task<int> TryAsync(UploadItem item, int tries)
    {
        string? fault = null;
        item.Watch ??= UploadWatch.Begin(item, trace, services.Clock, _writer.Written);
        if (item.Watch is { } watch) watch.Tries++;
        try
        {
            await WriteAsync(item);
        }
        catch (StoreException e) when (e.IsTransient)
        {
            await WaitAsync(item, services.Patience.Wait(e, tries + 1));
            return tries + 1;
        }
        catch (Exception e) when (e is StoreException or StyleFarmException)
        {
            Refused(item, fault = e.Message, e is StyleFarmException { Code: ErrorCode.OutOfResources });
        }

        _queue.Remove(item);
        Forget(item, fault is null ? "stored" : "refused", fault);
        ForgetDropped();
        return 0;
    }

    void Forget(UploadItem item, string outcome, string? fault = null)
    {
        item.Watch?.End(outcome, _writer.Written, fault);
        foreach (var checkpoint in item.Checkpoints) checkpoint.Forget();
    }

    void ForgetDropped()
    {
        foreach (var set in _queue.TakeDropped()) Forget(set, "dropped");
    }

    async Task WriteAsync(UploadItem item)
    {
        switch (item)
        {
            case CheckpointSet set:
                await _writer.PutAsync(set.Checkpoints, cancellation);
                foreach (var checkpoint in set.Checkpoints) tell(new CellTold(ProgressOf(checkpoint)));
                foreach (var checkpoint in set.Checkpoints) await _writer.TidyAsync(checkpoint.Lane, cancellation);
                break;
            case StoppedItem stopped:
                await _writer.PutAsync([stopped.Checkpoint], cancellation);
                tell(new CellTold(stopped.Report));
                await _writer.TidyAsync(stopped.Checkpoint.Lane, cancellation);
                break;
            case FinishedItem finished:
                await _writer.PutAsync(finished, cancellation);
                tell(new CellTold(finished.Report));
                break;
            case WordItem word:
                if (word.Lane is { } lane) await _writer.PutTelemetryAsync(lane, int.MaxValue, cancellation);
                tell(new CellTold(word.Report));
                break;
            case BeginItem begin:
                await _writer.BeginAsync(begin.Lane, begin.Step, cancellation);
                break;
            case GoBackItem back:
                await _writer.GoBackAsync(back, cancellation);
                break;
        }
    }

    /// <summary>The store refuses for good, or the picture cannot be made: a cell that needs it has failed.</summary>
    void Refused(UploadItem item, string message, bool isTransient)
    {
        services.Note(message);
        CellReport? report = item switch
        {
            StoppedItem stopped => stopped.Report,
            FinishedItem finished => finished.Report,
            WordItem word => word.Report,
            _ => null,
        };
        if (report is CellFailed) tell(new CellTold(report));
        else if (report is not null)
            tell(new CellTold(new CellFailed
            {
                Lease = report.Lease,
                Cell = report.Cell,
                Attempt = report.Attempt,
                Step = report.Step,
                IsTransient = isTransient,
                Message = message,
            }));
    }

    /// <summary>Lets time go by. What waits meanwhile, and what comes, moves to the local disk.</summary>
    async Task WaitAsync(UploadItem failed, TimeSpan wait)
    {
        if (failed is CheckpointSet set && !set.Checkpoints.Any(checkpoint => checkpoint.IsStored)) _queue.GiveBack(set);
        var over = Task.Delay(wait, services.Clock, cancellation);
        while (true)
        {
            var change = _queue.NextChange();
            foreach (var checkpoint in _queue.Waiting().SelectMany(item => item.Checkpoints)) MoveToSpool(checkpoint);
            ForgetDropped();
            if (await Task.WhenAny(over, change) == over) break;
        }

        await over;
    }

    void MoveToSpool(KeptCheckpoint checkpoint)
    {
        if (checkpoint.IsStored) return;
        try
        {
            checkpoint.Encode(services.Options.PreviewSide);
            checkpoint.MoveTo(services.Spool);
        }
        catch (StyleFarmException e)
        {
            // It stays in memory; only a kill of the process would lose it.
            services.Note($"a checkpoint cannot wait on the disk: {e.Message}");
        }
    }

    static CellProgress ProgressOf(KeptCheckpoint checkpoint) => new()
    {
        Lease = checkpoint.Lane.Lease,
        Cell = checkpoint.Lane.Id,
        Attempt = checkpoint.Lane.Attempt,
        Step = checkpoint.Step,
        Losses = checkpoint.Losses,
    };
}
