using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Scoring;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>A finished cell.</summary>
/// <param name="Image">The result, on the byte scale, not yet rounded.</param>
/// <param name="Final">Its losses; <see cref="LossReport.Step"/> is the number of steps done.</param>
/// <param name="Score">Its balanced score, if that was wanted.</param>
public sealed record CellResult(RgbImage Image, LossReport Final, BalancedScore? Score = null);

/// <summary>Why a cell was stopped before its end.</summary>
public enum StopReason
{
    /// <summary>It reached <see cref="BatchCell.StopAt"/>.</summary>
    Rung,

    /// <summary>By <see cref="RenderControl"/> or a cancellation.</summary>
    Asked,
}

/// <summary>A cell that was stopped before its end and can go on.</summary>
/// <param name="Checkpoint">Where; its loss was looked at and is good.</param>
/// <param name="Reason">Why.</param>
/// <param name="Losses">Those of the checkpoint's image; <see cref="LossReport.Step"/> is the number of steps done.</param>
/// <param name="Score">The balanced score of what would be the result now, if that was wanted; only at a rung.</param>
public sealed record StoppedCell(CellCheckpoint Checkpoint, StopReason Reason, LossReport Losses, BalancedScore? Score = null);
