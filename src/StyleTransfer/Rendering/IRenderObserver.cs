using StyleFarm.Messages;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Told what a rendering comes to, on the rendering's own thread: long work belongs elsewhere. Cells are numbered by their place in the
/// batch. Each cell leaves exactly once: finished, stopped or failed.
/// </summary>
public interface IRenderObserver
{
    /// <summary>
    /// Losses were read from the device, each cell's in order of steps. After a rollback of the divergence guard the cell's steps go back
    /// and come again.
    /// </summary>
    void LossesRead(LossReport report);

    /// <summary>
    /// A cell can go on from here. All its losses of the steps before have been reported, and the loss of the checkpoint's own image was
    /// looked at and is good.
    /// </summary>
    void CheckpointReached(int cell, CellCheckpoint checkpoint);

    /// <summary>The divergence guard took one cell back to a step; checkpoints beyond it are void.</summary>
    void RolledBack(int cell, int toStep, double rateFactor);

    /// <summary>A cell has done all its steps.</summary>
    void CellFinished(int cell, CellResult result);

    /// <summary>A cell left before its end. All its losses of the steps before have been reported.</summary>
    void CellStopped(int cell, StoppedCell stopped);

    /// <summary>A cell cannot go on: it diverged again and again, or its images or its checkpoint cannot be used.</summary>
    void CellFailed(int cell, StyleFarmException failure);
}
