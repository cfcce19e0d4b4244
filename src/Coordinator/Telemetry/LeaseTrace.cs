using System.Diagnostics;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Telemetry;

/// <summary>
/// The spans of claims: <c>place shard</c>, short, which what the node does is below of, and <c>lease shard</c>, made when the claim has
/// ended and with nothing below it; so a coordinator that dies leaves no span behind whose parent nobody knows.
/// </summary>
sealed class LeaseTrace(ActivitySource source, TimeProvider time)
{
    /// <summary>Claims that are followed at most; those beyond have no span of their own.</summary>
    const int MaxLeases = 4096;

    readonly Dictionary<ShardId, OpenLease> _open = [];
    readonly Dictionary<CellId, ShardId> _shards = [];
    readonly Dictionary<ShardId, DateTimeOffset> _decided = [];

    /// <summary>Takes up the claims that an earlier coordinator gave.</summary>
    public void Resume(FarmState state)
    {
        foreach (var shard in state.Shards.Values)
            if (shard.Lease is { } lease && Spans.Read(state.Job(shard.Job).Trace) is { } parent)
                Open(new OpenLease(lease, shard.Job, parent, time.GetUtcNow(), null), shard.Cells);
    }

    /// <summary>Remembers when claims were decided on, which is before they are in the journal.</summary>
    public void Decided(Decision decision)
    {
        foreach (var happened in decision.Events)
            if (happened is ShardLeased leased) _decided[leased.Lease.Shard] = time.GetUtcNow();
    }

    /// <summary>An assignment names the span of its placing; all else goes as it is.</summary>
    public Send Stamp(Send send)
    {
        if (send.Message is CancelShard cancel) Close(cancel.Lease.Shard, "cancelled", isFault: false);
        if (send.Message is not AssignShard order) return send;
        _decided.Remove(order.Lease.Shard, out var decided);
        if (Spans.Read(order.Trace) is not { } parent) return send;
        if (!_open.TryGetValue(order.Lease.Shard, out var open) || open.Lease != order.Lease) open = Place(order, parent, decided);
        return open?.Placed is { } placed ? send with { Message = order with { Trace = placed } } : send;
    }

    /// <summary>Follows cells that leave their shards, and claims that end.</summary>
    public void Happened(FarmEvent happened)
    {
        switch (happened)
        {
            case CellAccepted accepted: Leave(accepted.Cell, isFailed: false); break;
            case CellHalted { Reason: StopReason.Rung } halted: Leave(halted.Cell, isFailed: false); break;
            case CellAttemptFailed failed: Leave(failed.Cell, isFailed: true); break;
            case CellGaveUp failed: Leave(failed.Cell, isFailed: true); break;
            case ShardReleased { Reason: var reason, Lease.Shard: var shard }:
                Close(shard, Words.Of(reason), reason is not (ReleaseReason.Halted or ReleaseReason.FarmRestarted));
                break;
        }
    }

    OpenLease? Place(AssignShard order, ActivityContext parent, DateTimeOffset decided)
    {
        var span = Spans.Begin(source, "place shard", ActivityKind.Producer, parent, decided);
        var lease = new OpenLease(order.Lease, order.Job, parent, span is null ? time.GetUtcNow() : new(span.StartTimeUtc), span?.Id);
        Describe(span, lease)?.SetTag(Tags.Cells, order.Cells.Length);
        span.End();
        return Open(lease, order.Cells.Select(cell => cell.Cell.Id)) ? lease : null;
    }

    bool Open(OpenLease lease, IEnumerable<CellId> cells)
    {
        Close(lease.Lease.Shard, "released", isFault: false);
        if (_open.Count >= MaxLeases) return false;
        _open.Add(lease.Lease.Shard, lease);
        foreach (var cell in cells)
        {
            lease.Cells.Add(cell);
            _shards[cell] = lease.Lease.Shard;
        }

        return true;
    }

    void Leave(CellId cell, bool isFailed)
    {
        if (!_shards.Remove(cell, out var shard) || !_open.TryGetValue(shard, out var open)) return;
        open.Cells.Remove(cell);
        open.Left++;
        if (isFailed) open.Failed++;
        if (open.Cells.Count == 0) Close(shard, "done", isFault: false);
    }

    void Close(ShardId shard, string outcome, bool isFault)
    {
        if (!_open.Remove(shard, out var open)) return;
        foreach (var cell in open.Cells) _shards.Remove(cell);
        var span = Spans.Begin(source, "lease shard", ActivityKind.Internal, open.Parent, open.Began);
        Describe(span, open)?.SetTag(Tags.Outcome, outcome).SetTag(Tags.Cells, open.Left + open.Cells.Count)
            .SetTag("stylefarm.cells.failed", open.Failed);
        if (isFault) span.Fail($"the claim of node {open.Lease.Node} ended: {outcome}");
        span.End();
    }

    static Activity? Describe(Activity? span, OpenLease open) => span?.SetTag(Tags.Job, open.Job.ToString())
        .SetTag(Tags.Shard, open.Lease.Shard.Number).SetTag(Tags.Epoch, open.Lease.Epoch).SetTag(Tags.Node, open.Lease.Node.ToString());

    sealed record OpenLease(Lease Lease, JobId Job, ActivityContext Parent, DateTimeOffset Began, string? Placed)
    {
        public HashSet<CellId> Cells { get; } = [];

        public int Left { get; set; }

        public int Failed { get; set; }
    }
}
