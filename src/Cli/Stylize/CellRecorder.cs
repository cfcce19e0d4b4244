using StyleFarm.Cli.Stylize.Display;
using StyleFarm.Messages;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.Cli.Stylize;

/// <summary>Carries what a rendering reports to the cell's folder, to the user's telemetry file and to the screen.</summary>
sealed class CellRecorder : IRenderObserver, IDisposable
{
    readonly CellFolder _folder;
    readonly IRenderDisplay _display;
    readonly IReadOnlyDictionary<string, string> _provenance;
    readonly TelemetryFile? _telemetry;
    readonly List<LossReport> _pending = [];

    /// <param name="folder">Where the cell is kept.</param>
    /// <param name="display">What the user sees.</param>
    /// <param name="provenance">Metadata of checkpoints.</param>
    /// <param name="telemetryPath">The user's file, or null. Rewritten: it ends up with every step once, resumed or not.</param>
    /// <param name="firstStep">The first step that will be reported.</param>
    public CellRecorder(
        CellFolder folder, IRenderDisplay display, IReadOnlyDictionary<string, string> provenance, string? telemetryPath, int firstStep)
    {
        (_folder, _display, _provenance) = (folder, display, provenance);
        if (telemetryPath is not null) _telemetry = TelemetryFile.Create(telemetryPath, folder.Telemetry(firstStep));
    }

    /// <summary>The step of the newest checkpoint that was kept here.</summary>
    public int? KeptStep { get; private set; }

    /// <summary>The finished cell.</summary>
    public CellResult? Result { get; private set; }

    public void LossesRead(LossReport report)
    {
        _pending.Add(report);
        _telemetry?.Add(TelemetryJson.ToLine(report));
        _display.Progress(report);
    }

    public void CheckpointReached(int cell, CellCheckpoint checkpoint)
    {
        Keep(checkpoint);
        KeptStep = checkpoint.Step;
    }

    public void RolledBack(int cell, int toStep, double rateFactor)
    {
        _folder.GoBackTo(toStep);
        _pending.RemoveAll(report => report.Step >= toStep);
        _telemetry?.Restart(_folder.Telemetry(toStep).Concat(_pending.Select(TelemetryJson.ToLine)));
        _display.Warn($"the loss exploded: back to step {toStep} at {rateFactor} times the learning rate");
    }

    public void CellFinished(int cell, CellResult result) => Result = result;

    public void CellStopped(int cell, StoppedCell stopped) => CheckpointReached(cell, stopped.Checkpoint);

    public void CellFailed(int cell, StyleFarmException failure) => throw failure;

    /// <summary>Keeps the reports since the last checkpoint.</summary>
    public void Finish() => Keep(null);

    public void Dispose() => _telemetry?.Dispose();

    void Keep(CellCheckpoint? checkpoint)
    {
        _telemetry?.Flush();
        _folder.Keep(_pending.Count > 0 ? _pending[0].Step : 0, [.. _pending.Select(TelemetryJson.ToLine)], checkpoint, _provenance);
        _pending.Clear();
    }
}
