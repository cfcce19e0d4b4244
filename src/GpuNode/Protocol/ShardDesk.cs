using System.Collections.Immutable;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>
/// The shards of a node: one has the device, one waits for it with its inputs fetched, and those before are on their way into the store
/// or wait for receipts. A lease is held until every final report made under it was receipted, so that its cells are not given to
/// another node while the word on them is under way.
/// </summary>
sealed class ShardDesk(NodeOptions options, Action<NodeEffect> effect)
{
    /// <summary>Shards that have the device or wait for it; one more is not taken.</summary>
    public const int MaxWaiting = 2;

    /// <summary>Shards whose results are on their way into the store; with so many the device waits.</summary>
    public const int MaxUploading = 2;

    /// <summary>Ended shards whose reports wait for receipts; the oldest is forgotten beyond.</summary>
    public const int MaxUnreceipted = 16;

    const int MaxPast = 256;
    const int MaxKnownSteps = 4096;

    readonly List<HeldShard> _held = [];
    readonly RecentMap<Lease, HeldShard?> _past = new(MaxPast);
    readonly RecentMap<CellId, int> _steps = new(MaxKnownSteps);
    int _runs;
    int _crashes;
    bool _hasEngine;

    /// <summary>The leases, oldest first.</summary>
    public ImmutableArray<Lease> Leases => [.. _held.Select(shard => shard.Lease)];

    /// <summary>Whether nothing is held.</summary>
    public bool IsEmpty => _held.Count == 0;

    /// <summary>Takes a shard, unless it was taken before or there is no place for it.</summary>
    /// <param name="order">The shard.</param>
    /// <param name="isOpen">Whether new work is taken at all.</param>
    /// <returns>Whether it was taken now.</returns>
    public bool Assign(AssignShard order, bool isOpen)
    {
        if (Find(order.Lease) is { } held)
        {
            Repeat(held);
            return false;
        }

        if (_past.TryGetValue(order.Lease, out var past))
        {
            if (past is not null) Repeat(past);
            return false;
        }

        var rival = _held.Find(shard => shard.Lease.Shard == order.Lease.Shard);
        if (!isOpen || rival?.Lease.Epoch > order.Lease.Epoch) return false;
        if (rival is not null) Drop(rival.Lease);
        if (_held.Count(shard => shard.Phase is ShardPhase.Queued or ShardPhase.Rendering) >= MaxWaiting) return false;
        _held.Add(new HeldShard(order));
        Advance();
        return true;
    }

    /// <summary>Lets cells go with a checkpoint; empty: all of the shard.</summary>
    public void Stop(Lease lease, ImmutableArray<CellId> cells, StopReason reason)
    {
        var shard = Find(lease) ?? (_past.TryGetValue(lease, out var past) ? past : null);
        if (shard is null) return;
        var wanted = cells.IsEmpty ? shard.Order.Cells.Select(cell => cell.Cell.Id).ToImmutableArray() : cells;
        foreach (var report in shard.Finals.Where(report => wanted.Contains(report.Cell))) effect(new Say(report));
        if (shard.Phase == ShardPhase.Queued)
        {
            // Where the cell stands was not looked up yet; the store knows.
            foreach (var cell in shard.Unfinished.Where(cell => wanted.Contains(cell.Cell.Id)).ToList())
                Tell(shard, shard.Stopped(cell, step: 0, reason));
            if (!shard.Unfinished.Any()) End(shard);
        }
        else if (shard.Phase != ShardPhase.Ended)
        {
            effect(new StopRun(shard.Run!.Value, cells, reason));
        }

        Advance();
    }

    /// <summary>Lets all cells of all shards go with a checkpoint.</summary>
    public void StopAll(StopReason reason)
    {
        foreach (var shard in _held.Where(shard => shard.Phase != ShardPhase.Ended).ToList()) Stop(shard.Lease, [], reason);
    }

    /// <summary>Forgets a shard at once, without reports.</summary>
    public void Drop(Lease lease)
    {
        _past.Put(lease, null);
        if (Find(lease) is not { } shard) return;
        _held.Remove(shard);
        if (shard.Run is { } run && shard.Phase != ShardPhase.Ended) effect(new CancelRun(run));
        Advance();
    }

    /// <summary>The coordinator has these reports for good.</summary>
    public void Receipt(Lease lease, ImmutableArray<CellId> cells)
    {
        if (Find(lease) is not { } shard) return;
        shard.Receipt(cells);
        Settle(shard);
    }

    /// <summary>Says again what was not receipted.</summary>
    public void RepeatReports()
    {
        foreach (var report in _held.SelectMany(shard => shard.Unreceipted)) effect(new Say(report));
    }

    /// <summary>There is an engine.</summary>
    public void EngineStarted()
    {
        _hasEngine = true;
        Advance();
    }

    /// <summary>An engine could not be started: what waits for it has failed here, and may go elsewhere.</summary>
    public void EngineFailed(string message)
    {
        foreach (var shard in _held.Where(shard => shard.Phase == ShardPhase.Queued).ToList()) Fail(shard, message, isTransient: true);
        LoseEngine(message);
    }

    /// <summary>An engine's word on a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="told">The word.</param>
    /// <param name="isFromPresentEngine">Whether the engine is the one that works now.</param>
    public void Told(int run, ShardEvent told, bool isFromPresentEngine)
    {
        var shard = _held.Find(shard => shard.Run == run && shard.Phase != ShardPhase.Ended);
        switch (told)
        {
            case CellTold { Report: var report } when shard is not null && shard.Has(report):
                Report(shard, report);
                break;
            case ShardRendered when shard is { Phase: ShardPhase.Rendering }:
                shard.Phase = ShardPhase.Uploading;
                break;
            case ShardEnded when shard is not null:
                _crashes = 0;
                Fail(shard, "the engine left the cell without a result", isTransient: true);
                break;
            case ShardCrashed crashed:
                if (shard is not null) Fail(shard, crashed.Message, crashed.IsTransient);
                if (isFromPresentEngine) LoseEngine(crashed.Message);
                break;
        }

        if (told is ShardEnded or ShardCrashed) effect(new ForgetRun(run));
        Advance();
    }

    HeldShard? Find(Lease lease) => _held.Find(shard => shard.Lease == lease);

    int KnownStep(CellId cell) => _steps.TryGetValue(cell, out var step) ? step : 0;

    void Repeat(HeldShard shard)
    {
        foreach (var report in shard.Finals) effect(new Say(report));
    }

    void Report(HeldShard shard, CellReport report)
    {
        if (shard.IsFinal(report.Cell)) return;
        if (report is CellProgress or CellStopped) _steps.Put(report.Cell, report.Step);
        if (report is CellProgress) effect(new Say(report));
        else Tell(shard, report);
    }

    void Tell(HeldShard shard, CellReport final)
    {
        if (shard.Keep(final)) effect(new Say(final));
    }

    void Fail(HeldShard shard, string message, bool isTransient)
    {
        foreach (var cell in shard.Unfinished.ToList())
            Tell(shard, shard.Failed(cell, KnownStep(cell.Cell.Id), message, isTransient));
        End(shard);
    }

    void End(HeldShard shard)
    {
        shard.Phase = ShardPhase.Ended;
        Settle(shard);
        var ended = _held.Where(held => held.Phase == ShardPhase.Ended).ToList();
        if (ended.Count <= MaxUnreceipted) return;
        effect(new Note(
            $"shard {ended[0].Lease.Shard}: no receipts came for its reports; {MaxUnreceipted} younger shards wait, so it is forgotten"));
        _held.Remove(ended[0]);
    }

    void Settle(HeldShard shard)
    {
        if (!shard.IsSettled) return;
        _held.Remove(shard);
        _past.Put(shard.Lease, shard);
    }

    void LoseEngine(string message)
    {
        _hasEngine = false;
        foreach (var shard in _held.Where(shard => shard.Phase == ShardPhase.Rendering))
        {
            // The old engine will not speak of it again; the next one goes on from its checkpoints.
            effect(new ForgetRun(shard.Run!.Value));
            (shard.Phase, shard.Run, shard.IsPrefetched) = (ShardPhase.Queued, null, false);
        }

        var after = BackOff.After(options.RestartAfter, options.RestartAtMost, ++_crashes);
        effect(new Note($"engine: {message}; a fresh one starts in {after.TotalSeconds} s"));
        effect(new ReplaceEngine(after));
    }

    void Advance()
    {
        if (_hasEngine && _held.TrueForAll(shard => shard.Phase != ShardPhase.Rendering)
            && _held.Count(shard => shard.Phase == ShardPhase.Uploading) < MaxUploading
            && _held.Find(shard => shard.Phase == ShardPhase.Queued) is { } first)
        {
            (first.Phase, first.Run) = (ShardPhase.Rendering, ++_runs);
            effect(new StartRun(_runs, first.Remaining));
        }

        if (_hasEngine && _held.Find(shard => shard.Phase == ShardPhase.Queued) is { IsPrefetched: false } next)
        {
            next.IsPrefetched = true;
            effect(new PrefetchShard(next.Remaining));
        }
    }
}
