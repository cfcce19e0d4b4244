using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Rendering;
using StopReason = StyleFarm.Messages.Wire.StopReason;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>Which cells of a shard are to stop, and why; handed on to the batch that renders, whenever they come. Thread-safe.</summary>
sealed class StopOrders(ImmutableArray<CellId> cells) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<CellId, StopReason> _reasons = [];
    readonly CancellationTokenSource _allStopped = new();
    (RenderControl Control, ImmutableArray<CellId> Cells)? _batch;

    /// <summary>Cancelled when every cell is to stop.</summary>
    public CancellationToken AllStopped => _allStopped.Token;

    /// <summary>Adds an order; empty: all cells. The first reason of a cell stays.</summary>
    public void Add(ImmutableArray<CellId> stopped, StopReason reason)
    {
        lock (_lock)
        {
            foreach (var cell in stopped.IsEmpty ? cells : stopped) _reasons.TryAdd(cell, reason);
            HandOn();
            if (_reasons.Count < cells.Length) return;
        }

        try
        {
            _allStopped.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The shard is over already.
        }
    }

    /// <summary>Why a cell is to stop; null when it is not.</summary>
    public StopReason? ReasonOf(CellId cell)
    {
        lock (_lock) return _reasons.TryGetValue(cell, out var reason) ? reason : null;
    }

    /// <summary>Hands orders on to a batch until disposed.</summary>
    public IDisposable Attach(RenderControl control, ImmutableArray<CellId> batch)
    {
        lock (_lock)
        {
            _batch = (control, batch);
            HandOn();
        }

        return new Attachment(this);
    }

    public void Dispose() => _allStopped.Dispose();

    void HandOn()
    {
        if (_batch is not { } batch) return;
        for (var cell = 0; cell < batch.Cells.Length; cell++)
            if (_reasons.ContainsKey(batch.Cells[cell]))
                batch.Control.Stop(cell);
    }

    sealed class Attachment(StopOrders orders) : IDisposable
    {
        public void Dispose()
        {
            lock (orders._lock) orders._batch = null;
        }
    }
}
