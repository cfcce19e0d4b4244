using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>Cells that leave a pass together: finished, stopped, or for the next pass.</summary>
sealed class Farewell : IDisposable
{
    readonly RenderContext _context;
    readonly IReadOnlyList<(CellState Cell, Departure Departure)> _leaving;
    readonly CellTensors _tensors;
    readonly Tensor _kept;

    /// <param name="context">Of the batch.</param>
    /// <param name="leaving">Who leaves and why, at least one.</param>
    /// <param name="tensors">Their rows; taken over.</param>
    public Farewell(RenderContext context, IReadOnlyList<(CellState Cell, Departure Departure)> leaving, CellTensors tensors)
    {
        (_context, _leaving, _tensors) = (context, leaving, tensors);
        _kept = context.Kept(tensors).clone().DetachFromDisposeScope();
        if (context.Recipe.ClampAtEnd) context.Clamp(_kept);
        using var scope = NewDisposeScope();
        Images = cat([.. leaving.Select((entry, row) => Of(entry.Departure).narrow(0, row, 1))]).DetachFromDisposeScope();
    }

    /// <summary>What of each cell has to be good: the result, what the next pass begins with, or where it can go on.</summary>
    public Tensor Images { get; }

    /// <summary>Tells the observer, but for the cells that are lost.</summary>
    /// <param name="losses">Of the images.</param>
    /// <param name="lost">Cells that stay in the pass after all.</param>
    public void Say(IReadOnlyList<LossReport> losses, IReadOnlyCollection<CellState> lost)
    {
        for (var row = 0; row < _leaving.Count; row++)
        {
            var (cell, departure) = _leaving[row];
            if (lost.Contains(cell)) continue;
            using var scope = NewDisposeScope();
            switch (departure)
            {
                case Departure.Finished: Finish(cell, row, losses[row]); break;
                case Departure.Rung: Stop(cell, row, losses[row], StopReason.Rung); break;
                case Departure.Asked: Stop(cell, row, losses[row], StopReason.Asked); break;
                default: CarryUp(cell, row); break;
            }
        }
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _kept.Dispose();
        Images.Dispose();
    }

    Tensor Of(Departure departure) => departure switch
    {
        Departure.Finished => _kept,
        Departure.PassEnd => _context.Kept(_tensors),
        _ => _tensors[CellTensors.Image],
    };

    void Finish(CellState cell, int row, LossReport final)
    {
        cell.HasLeft = true;
        _context.Observer.CellFinished(cell.Index, new CellResult(_context.Space.ToPixels(_kept.narrow(0, row, 1)), final));
    }

    void Stop(CellState cell, int row, LossReport losses, StopReason reason)
    {
        cell.HasLeft = true;
        using var tensors = _tensors.Row(row);
        _context.Observer.CellStopped(cell.Index, new StoppedCell(CheckpointTensors.Write(cell, tensors, withGood: true), reason, losses));
    }

    /// <summary>Resizes the image to the next pass.</summary>
    void CarryUp(CellState cell, int row)
    {
        var size = cell.Cell.Plan.Passes[cell.Pass + 1].Size;
        var carried = nn.functional.interpolate(_context.Kept(_tensors).narrow(0, row, 1), [size.Height, size.Width]).clone();
        if (_context.Recipe.ClampBeforeStep || _context.Recipe.ClampAfterStep) _context.Clamp(carried);
        cell.BeginPass(_context.Begin(carried));
    }
}
