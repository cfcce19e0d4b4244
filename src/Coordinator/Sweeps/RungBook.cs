#pragma warning disable CA1822
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Early stopping of one sweep: which cells stand at which rung, and which of them go on.</summary>
public sealed class RungBook(JobSpec job)
{
    /// <summary>A cell of the sweep is known.</summary>
    public void Add(CellSpec cell) => _ = cell;

    /// <summary>The first rung of a cell; null when it has none.</summary>
    public int? FirstStop(CellSpec cell) => job.RungsBelow(cell.Steps) is [var first, ..] ? first : null;

    public void Reached(CellState cell) { _ = cell; }
    public void Promoted(CellState cell) { _ = cell; }
    public void Failed(CellSpec cell) { _ = cell; }
    public void Finished(CellSpec cell, Score? score) { _ = cell; _ = score; }
    public void Resumed(CellSpec cell) { _ = cell; }
    public void Restore(IEnumerable<CellState> cells) { _ = cells; }
    public IEnumerable<FarmEvent> Decide(bool isComplete, int idleSlots) { _ = isComplete; _ = idleSlots; return []; }
}
