using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>Told what a rendering comes to, on the rendering's own thread: long work belongs elsewhere.</summary>
public interface IRenderObserver
{
    /// <summary>
    /// Losses were read from the device, in order of steps. After a rollback of the divergence guard the steps go back and come again.
    /// </summary>
    void LossesRead(LossReport report);

    /// <summary>A cell can go on from here; all losses of the steps before have been reported.</summary>
    void CheckpointReached(int cell, CellCheckpoint checkpoint);

    /// <summary>The divergence guard took the batch back to a step.</summary>
    void RolledBack(int cell, int toStep, double rateFactor);
}
