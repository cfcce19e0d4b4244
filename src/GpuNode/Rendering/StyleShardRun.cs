using System.Collections.Immutable;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;
using StopReason = StyleFarm.Messages.Wire.StopReason;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>
/// One shard on its way through an engine: its inputs come in the background, the render thread renders it batch by batch, and its
/// results go into the store in the background.
/// </summary>
sealed class StyleShardRun : IShardRun, IDisposable
{
    static readonly TimeSpan CrashDrain = TimeSpan.FromSeconds(10);

    readonly EngineServices _services;
    readonly AssignShard _shard;
    readonly Action<ShardEvent> _tell;
    readonly StopOrders _orders;
    readonly CancellationTokenSource _abandon = new();
    readonly ShardTrace _trace;
    readonly UploadLane _uploads;
    readonly Task _uploading;
    Task<ShardInputs>? _inputs;
    volatile bool _isRendered;

    public StyleShardRun(AssignShard shard, Func<CancellationToken, Task<ShardInputs>> inputs, Action<ShardEvent> tell,
        EngineServices services)
    {
        (_shard, _tell, _services) = (shard, tell, services);
        _orders = new StopOrders([.. shard.Cells.Select(cell => cell.Cell.Id)]);
        _trace = new ShardTrace(shard, services.Options);
        _uploads = new UploadLane(services, _trace, told => _tell(told), _abandon.Token);
        _inputs = inputs(_abandon.Token);
        _uploading = Task.Run(_uploads.RunAsync);
    }

    /// <summary>Completes when nothing more is told of it.</summary>
    public Task Over { get; private set; } = Task.CompletedTask;

    /// <summary>Whether the render thread is done with it.</summary>
    public bool IsRendered => _isRendered;

    public void Stop(ImmutableArray<CellId> cells, StopReason reason) => _orders.Add(cells, reason);

    public void Cancel()
    {
        try
        {
            _abandon.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // All of it was told already.
        }
    }

    public void Dispose()
    {
        _abandon.Dispose();
        _orders.Dispose();
    }

    /// <summary>Renders it, on the render thread.</summary>
    /// <returns>False when the engine broke down over it and is of no use any more.</returns>
    public bool Render(WarmNetwork network)
    {
        _trace.Begin();
        try
        {
            RenderCells(network);
            _uploads.Close();
            _isRendered = true;
            _tell(new ShardRendered());
            Over = EndAsync();
            return true;
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            _isRendered = true;
            Over = Swallow(_uploading);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was, the state of device and network is not to be trusted any more; the engine is replaced.
            _uploads.Close();
            _isRendered = true;
            Over = CrashAsync(e);
            return false;
        }
    }

    /// <summary>The engine broke down before it came to this shard.</summary>
    public void Discard()
    {
        _isRendered = true;
        Cancel();
        Over = Swallow(_uploading);
    }

    void RenderCells(WarmNetwork network)
    {
        var begun = (_services.Clock.GetUtcNow(), _services.Clock.GetTimestamp());
        if (WarmNetwork.TypeOf(_shard.Precision) is not { } precision)
        {
            foreach (var cell in _shard.Cells)
                Word(Failed(cell, $"precision '{_shard.Precision}': give fp32, bf16 or fp64", isTransient: false));
            return;
        }

        if (Inputs() is not { } inputs)
        {
            foreach (var cell in _shard.Cells) Word(Stopped(cell, step: 0));
            return;
        }

        foreach (var cell in inputs.Unready) Word(Failed(cell.Assignment, cell.Message, cell.IsTransient));
        foreach (var group in inputs.Ready.GroupBy(cell => StyleRenderer.BatchKey(cell.Resolved.Recipe, cell.Resolved.Plan)))
            foreach (var batch in Batches([.. group], network, precision))
                RenderBatch(batch, network, precision, begun);
    }

    /// <summary>The inputs; null when all cells are to stop before they are there.</summary>
    ShardInputs? Inputs()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_abandon.Token, _orders.AllStopped);
        try
        {
            return _inputs!.WaitAsync(either.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!_abandon.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            // The pictures are of no use while results wait for the store.
            _inputs = null;
        }
    }

    IReadOnlyList<IReadOnlyList<ReadyCell>> Batches(IReadOnlyList<ReadyCell> cells, WarmNetwork network, ScalarType precision)
    {
        try
        {
            return MemoryLadder.Split(cells, precision, network.Room(), _shard.IsScored);
        }
        catch (StyleFarmException e) when (e.Code == ErrorCode.OutOfResources)
        {
            // It would be too big on the next try as well: the memory of the machine does not grow.
            foreach (var cell in cells) Word(Failed(cell.Assignment, e.Message, isTransient: false));
            return [];
        }
    }

    void RenderBatch(IReadOnlyList<ReadyCell> all, WarmNetwork network, ScalarType precision, (DateTimeOffset, long) begun)
    {
        if (Resume(all) is not { } resume) return;
        var stopped = all.Select(cell => _orders.ReasonOf(cell.Id) is not null).ToList();
        for (var cell = 0; cell < all.Count; cell++)
            if (stopped[cell]) Word(Stopped(all[cell].Assignment, resume.Checkpoints[cell]?.Step ?? 0));
        int[] rows = [.. Enumerable.Range(0, all.Count).Where(cell => !stopped[cell])];
        if (rows.Length == 0) return;

        ReadyCell[] cells = [.. rows.Select(row => all[row])];
        var batch = new BatchUnderway
        {
            Shard = _shard,
            Cells = cells,
            Lanes = [.. rows.Select(row => new CellLane(_shard.Lease, all[row], resume.Shelves[row]))],
            FirstSteps = [.. rows.Select(row => resume.Checkpoints[row]?.Step ?? 0)],
            Moment = resume.Moment,
            Uploads = _uploads,
            Pace = new PaceMeter(_tell, _services.Clock),
            ReasonOf = cell => _orders.ReasonOf(cell) ?? StopReason.Rebalance,
            Network = network,
            Services = _services,
            Forecast = MemoryLadder.Forecast(cells[0], precision, cells.Length, _shard.IsScored),
            Begun = begun,
        };
        for (var cell = 0; cell < cells.Length; cell++)
            if (!resume.IsOvertaken && (cells[cell].Assignment.Attempt > 1 || batch.Lanes[cell].Stored.Count > 0))
                _uploads.Add(new BeginItem(batch.Lanes[cell], batch.FirstSteps[cell]));
        Render(batch, [.. rows.Select(row => resume.Checkpoints[row])], precision);
    }

    void Render(BatchUnderway batch, IReadOnlyList<StyleTransfer.Checkpoints.CellCheckpoint?> resume, ScalarType precision)
    {
        var renderer = batch.Network.Renderer(precision, batch.Forecast);
        var recorder = new BatchRecorder(batch, _services);
        var control = new RenderControl();
        var orders = batch.Cells.Select((cell, i) => new BatchCell(cell.Render, resume[i], cell.Assignment.StopAt, _shard.IsScored))
            .ToList();
        memory.reset_peak(_services.Options.Device);
        batch.FirstStepStamp = _services.Clock.GetTimestamp();
        using (_orders.Attach(control, [.. batch.Cells.Select(cell => cell.Id)]))
            _trace.Cells(batch, () => renderer.Render(orders, _shard.CheckpointEvery, recorder, control, _abandon.Token));
        recorder.Close();
    }

    BatchResume? Resume(IReadOnlyList<ReadyCell> cells)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_abandon.Token, _orders.AllStopped);
        try
        {
            return BatchResume.FindAsync(_shard.Lease.Shard, cells, OpenAsync, either.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!_abandon.IsCancellationRequested)
        {
            foreach (var cell in cells) Word(Stopped(cell.Assignment, step: 0));
        }
        catch (StoreException e)
        {
            foreach (var cell in cells) Word(Failed(cell.Assignment, e.Message, e.IsTransient));
        }

        return null;

        Task<CheckpointShelf> OpenAsync(ReadyCell cell, CancellationToken cancellation) =>
            CheckpointShelf.OpenAsync(cell.Id, cell.Assignment.Attempt, _services.Store, _services.Spool, _services.Patience, _services.Note, cancellation);
    }

    async Task EndAsync()
    {
        try
        {
            await _uploading;
            _trace.End("done");
            _tell(new ShardEnded());
        }
        catch (OperationCanceledException)
        {
            // Cancelled: nobody wants to hear of it.
            _trace.End("cancelled");
        }
        catch (Exception e)
        {
            _trace.End("crashed", e.Message);
            _tell(new ShardCrashed($"results could not be stored: {e.Message}", IsTransient: true));
        }
    }

    async Task CrashAsync(Exception crash)
    {
        // What was finished before the crash is worth more than a crash that is told at once.
        await Task.WhenAny(_uploading, Task.Delay(CrashDrain, _services.Clock));
        await _abandon.CancelAsync();
        _trace.End("crashed", crash.Message.Split('\n')[0]);
        await Swallow(_uploading);
        _tell(new ShardCrashed(crash.Message.Split('\n')[0], IsTransient: true));
    }

    async Task Swallow(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is OperationCanceledException or StoreException or StyleFarmException or IOException)
        {
            // It was to end, and has.
        }

        _trace.End("cancelled");
    }

    void Word(CellReport report) => _uploads.Add(new WordItem(null, report));

    CellStopped Stopped(CellAssignment cell, int step) => new()
    {
        Lease = _shard.Lease,
        Cell = cell.Cell.Id,
        Attempt = cell.Attempt,
        Step = step,
        Reason = _orders.ReasonOf(cell.Cell.Id) ?? StopReason.Rebalance,
    };

    CellFailed Failed(CellAssignment cell, string message, bool isTransient) => new()
    {
        Lease = _shard.Lease,
        Cell = cell.Cell.Id,
        Attempt = cell.Attempt,
        Step = 0,
        IsTransient = isTransient,
        Message = message,
    };
}
