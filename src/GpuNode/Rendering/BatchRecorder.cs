using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Scoring;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>
/// Carries what one batch's rendering comes to towards the store and to those who watch; never waits. Checkpoints of one moment become one
/// set: they come one after another within a round, some cells may be out of step, and the first loss of a later step ends it.
/// </summary>
sealed class BatchRecorder(BatchUnderway batch, EngineServices services) : IRenderObserver
{
    readonly Dictionary<string, int> _byId = batch.Lanes.Select((lane, cell) => (lane, cell))
        .ToDictionary(entry => entry.lane.Id.ToString(), entry => entry.cell);
    readonly Dictionary<int, KeptCheckpoint> _open = [];
    readonly LiveFeed _feed = new(report => services.Publish(report with { Job = batch.Shard.Job.ToString() }), services.Clock);
    int _left;
    int _moment = batch.Moment;
    bool _isLeaving;

    public void LossesRead(LossReport report)
    {
        var cell = _byId[report.Cell];
        if (_open.TryGetValue(cell, out var checkpoint) && report.Step > checkpoint.Step) CloseSet();
        _isLeaving = false;
        batch.Lanes[cell].Telemetry.Add(report);
        _feed.Add(report);
        if (report.Evaluation is null or 0)
            batch.Pace.Add(batch.Lanes[cell].Assignment.Cell.Pixels, Math.Max(1, batch.Lanes.Count - _left));
    }

    public void CheckpointReached(int cell, CellCheckpoint checkpoint)
    {
        if (_open.ContainsKey(cell)) CloseSet();
        if (_open.Count == 0) _moment++;
        _open[cell] = Kept(cell, checkpoint, batch.Lanes[cell].Telemetry.Latest);
        if (_open.Count == batch.Lanes.Count - _left) CloseSet();
    }

    public void RolledBack(int cell, int toStep, double rateFactor)
    {
        CloseSet();
        var lane = batch.Lanes[cell];
        batch.Uploads.Add(new GoBackItem(lane, toStep, lane.Telemetry.GoBackTo(toStep)));
        services.Note($"cell {lane.Id}: the loss exploded; back to step {toStep} at {rateFactor} times the learning rate");
    }

    public void CellFinished(int cell, CellResult result)
    {
        Leave();
        var lane = batch.Lanes[cell];
        ShardTrace.EndCell(lane, "finished", result.Final.Step);
        var score = ScoreOf(result.Score);
        batch.Uploads.Add(new FinishedItem(lane, result.Image, batch.Provenance(cell, result.Final, score), new CellFinished
        {
            Lease = lane.Lease,
            Cell = lane.Id,
            Attempt = lane.Attempt,
            Step = result.Final.Step,
            Losses = CellTelemetry.LossesOf(result.Final),
            Score = score,
            Seconds = batch.Seconds,
        }));
    }

    public void CellStopped(int cell, StoppedCell stopped)
    {
        Leave();
        if (!_isLeaving) _moment++;
        _isLeaving = true;
        var lane = batch.Lanes[cell];
        ShardTrace.EndCell(lane, "stopped", stopped.Checkpoint.Step);
        var losses = CellTelemetry.LossesOf(stopped.Losses);
        batch.Uploads.Add(new StoppedItem(Kept(cell, stopped.Checkpoint, losses), new CellStopped
        {
            Lease = lane.Lease,
            Cell = lane.Id,
            Attempt = lane.Attempt,
            Step = stopped.Checkpoint.Step,
            Reason = stopped.Reason == StyleTransfer.Rendering.StopReason.Rung ? Messages.Wire.StopReason.Rung : batch.ReasonOf(lane.Id),
            Losses = losses,
            Score = ScoreOf(stopped.Score),
        }));
    }

    public void CellFailed(int cell, StyleFarmException failure)
    {
        Leave();
        var lane = batch.Lanes[cell];
        ShardTrace.EndCell(lane, "failed", lane.Telemetry.LatestStep, failure.Message);
        batch.Uploads.Add(new WordItem(lane, new CellFailed
        {
            Lease = lane.Lease,
            Cell = lane.Id,
            Attempt = lane.Attempt,
            Step = lane.Telemetry.LatestStep,
            IsTransient = failure.Code == ErrorCode.OutOfResources,
            Message = failure.Message,
        }));
    }

    /// <summary>The batch is over.</summary>
    public void Close()
    {
        CloseSet();
        batch.Pace.Flush();
    }

    static Score? ScoreOf(BalancedScore? score) => score is { } known ? new Score(known.Content, known.Style) : null;

    KeptCheckpoint Kept(int cell, CellCheckpoint checkpoint, Losses? losses) => new(batch.Lanes[cell], checkpoint, _moment, losses);

    void Leave()
    {
        CloseSet();
        _left++;
    }

    void CloseSet()
    {
        if (_open.Count == 0) return;
        batch.Uploads.Add(new CheckpointSet([.. _open.Values]));
        _open.Clear();
    }
}
