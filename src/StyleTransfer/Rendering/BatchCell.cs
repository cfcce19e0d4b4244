using StyleFarm.StyleTransfer.Checkpoints;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>A cell's place in a batch.</summary>
/// <param name="Cell">What is rendered.</param>
/// <param name="Resume">Where it goes on; null: from the beginning.</param>
/// <param name="StopAt">
/// A rung: after this many steps in total the cell is left with a checkpoint. Null, or not below the plan's steps: it is finished.
/// </param>
/// <param name="Score">Whether the balanced score is wanted when the cell is stopped at its rung and when it is finished.</param>
public sealed record BatchCell(RenderCell Cell, CellCheckpoint? Resume = null, int? StopAt = null, bool Score = false);
