using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>How far a shard is on this node.</summary>
enum ShardPhase
{
    /// <summary>Waits for the device.</summary>
    Queued = 1,

    /// <summary>Has the device.</summary>
    Rendering = 2,

    /// <summary>The device is free again; results are on their way into the store.</summary>
    Uploading = 3,

    /// <summary>Every cell has its final report.</summary>
    Ended = 4,
}

/// <summary>A shard under its lease, with the final reports that were made on it.</summary>
sealed class HeldShard(AssignShard order)
{
    readonly Dictionary<CellId, CellReport> _finals = [];
    readonly HashSet<CellId> _receipted = [];

    public AssignShard Order { get; } = order;

    public Lease Lease => Order.Lease;

    public ShardPhase Phase { get; set; } = ShardPhase.Queued;

    /// <summary>The number that it was started under.</summary>
    public int? Run { get; set; }

    /// <summary>Whether its inputs were asked for ahead of time.</summary>
    public bool IsPrefetched { get; set; }

    /// <summary>Whether nothing is left to do or to say.</summary>
    public bool IsSettled => Phase == ShardPhase.Ended && _receipted.Count == Order.Cells.Length;

    /// <summary>Final reports in the order of the cells.</summary>
    public IEnumerable<CellReport> Finals =>
        Order.Cells.Where(cell => _finals.ContainsKey(cell.Cell.Id)).Select(cell => _finals[cell.Cell.Id]);

    /// <summary>Final reports that the coordinator has not receipted.</summary>
    public IEnumerable<CellReport> Unreceipted => Finals.Where(report => !_receipted.Contains(report.Cell));

    /// <summary>Cells without a final report.</summary>
    public IEnumerable<CellAssignment> Unfinished => Order.Cells.Where(cell => !_finals.ContainsKey(cell.Cell.Id));

    /// <summary>What is still to be rendered.</summary>
    public AssignShard Remaining => Order with { Cells = [.. Unfinished] };

    public bool IsFinal(CellId cell) => _finals.ContainsKey(cell);

    public bool Has(CellReport report) => Order.Cells.Any(cell => cell.Cell.Id == report.Cell && cell.Attempt == report.Attempt);

    /// <summary>Keeps a cell's first final report.</summary>
    public bool Keep(CellReport report) => _finals.TryAdd(report.Cell, report);

    public void Receipt(ImmutableArray<CellId> cells)
    {
        foreach (var cell in cells)
            if (_finals.ContainsKey(cell))
                _receipted.Add(cell);
    }

    public CellStopped Stopped(CellAssignment cell, int step, StopReason reason) => new()
    {
        Lease = Lease,
        Cell = cell.Cell.Id,
        Attempt = cell.Attempt,
        Step = step,
        Reason = reason,
    };

    public CellFailed Failed(CellAssignment cell, int step, string message, bool isTransient) => new()
    {
        Lease = Lease,
        Cell = cell.Cell.Id,
        Attempt = cell.Attempt,
        Step = step,
        IsTransient = isTransient,
        Message = message,
    };
}
