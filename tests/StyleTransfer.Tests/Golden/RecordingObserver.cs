using StyleFarm.Messages;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.StyleTransfer.Tests.Golden;

/// <summary>Keeps all that a rendering reports.</summary>
public sealed class RecordingObserver : IRenderObserver
{
    public List<LossReport> Reports { get; } = [];

    public List<(int Cell, CellCheckpoint Checkpoint)> Checkpoints { get; } = [];

    public List<(int Cell, int ToStep, double RateFactor)> Rollbacks { get; } = [];

    public Dictionary<int, CellResult> Results { get; } = [];

    public List<(int Cell, StoppedCell Stopped)> Stops { get; } = [];

    public Dictionary<int, StyleFarmException> Failures { get; } = [];

    /// <summary>Called after each report, so that a test can act in the middle of a rendering.</summary>
    public Action<LossReport>? OnReport { get; init; }

    public void LossesRead(LossReport report)
    {
        Reports.Add(report);
        OnReport?.Invoke(report);
    }

    public void CheckpointReached(int cell, CellCheckpoint checkpoint) => Checkpoints.Add((cell, checkpoint));

    public void RolledBack(int cell, int toStep, double rateFactor) => Rollbacks.Add((cell, toStep, rateFactor));

    public void CellFinished(int cell, CellResult result) => Results.Add(cell, result);

    public void CellStopped(int cell, StoppedCell stopped) => Stops.Add((cell, stopped));

    public void CellFailed(int cell, StyleFarmException failure) => Failures.Add(cell, failure);
}
