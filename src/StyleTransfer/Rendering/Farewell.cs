using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Scoring;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>Cells that leave a pass together: finished, stopped, or for the next pass.</summary>
sealed class Farewell : IDisposable
{
    readonly RenderContext _context;
    readonly IReadOnlyList<(CellState Cell, Departure Departure)> _leaving;
    readonly CellTensors _tensors;
    readonly Tensor _carried;
    readonly Tensor _result;

    /// <param name="context">Of the batch.</param>
    /// <param name="leaving">Who leaves and why, at least one.</param>
    /// <param name="tensors">Their rows; taken over.</param>
    public Farewell(RenderContext context, IReadOnlyList<(CellState Cell, Departure Departure)> leaving, CellTensors tensors)
    {
        (_context, _leaving, _tensors) = (context, leaving, tensors);
        _carried = context.Kept(tensors).clone().DetachFromDisposeScope();
        _result = _carried.clone().DetachFromDisposeScope();
        if (context.Recipe.ClampAtEnd) context.Clamp(_result);
        using var scope = NewDisposeScope();
        // As the next step of the pass, if there is one, will look at it.
        for (var row = 0; row < leaving.Count; row++)
            if (context.Recipe.ClampBeforeStep && !leaving[row].Cell.IsAtPassEnd)
                context.Clamp(tensors[CellTensors.Image].narrow(0, row, 1));
        Images = cat([.. leaving.Select((entry, row) => Of(entry.Departure).narrow(0, row, 1))]).DetachFromDisposeScope();
    }

    /// <summary>What of each cell has to be good: the result, what the next pass begins with, or where it can go on.</summary>
    public Tensor Images { get; }

    /// <summary>Tells the observer, but for the cells that are lost.</summary>
    /// <param name="losses">Of the images.</param>
    /// <param name="lost">Cells that stay in the pass after all.</param>
    public void Say(IReadOnlyList<LossReport> losses, IReadOnlyCollection<CellState> lost)
    {
        var scores = Scores(lost);
        for (var row = 0; row < _leaving.Count; row++)
        {
            var (cell, departure) = _leaving[row];
            if (lost.Contains(cell)) continue;
            using var scope = NewDisposeScope();
            BalancedScore? score = scores.TryGetValue(cell, out var found) ? found : null;
            switch (departure)
            {
                case Departure.Finished: Finish(cell, row, losses[row], score); break;
                case Departure.Rung: Stop(cell, row, StopReason.Rung, losses[row], score); break;
                case Departure.Asked: Stop(cell, row, StopReason.Asked, losses[row], null); break;
                default: CarryUp(cell, row); break;
            }
        }
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _carried.Dispose();
        _result.Dispose();
        Images.Dispose();
    }

    Tensor Of(Departure departure) => departure switch
    {
        Departure.Finished => _result,
        Departure.PassEnd => _carried,
        _ => _tensors[CellTensors.Image],
    };

    Dictionary<CellState, BalancedScore> Scores(IReadOnlyCollection<CellState> lost)
    {
        var wanted = Enumerable.Range(0, _leaving.Count)
            .Where(row => _leaving[row].Departure is Departure.Finished or Departure.Rung && _leaving[row].Cell.Order.Score)
            .Where(row => !lost.Contains(_leaving[row].Cell)).ToList();
        var scores = new BalancedScorer(_context.Network, _context.Cache)
            .Score([.. wanted.Select(row => ScoredPicture.Of(_leaving[row].Cell.Cell, _leaving[row].Cell.Pass, Picture(row)))]);
        return wanted.Zip(scores).ToDictionary(entry => _leaving[entry.First].Cell, entry => entry.Second);
    }

    RgbImage Picture(int row)
    {
        using var image = _result.narrow(0, row, 1).DetachFromDisposeScope();
        return _context.Space.ToPixels(image);
    }

    void Finish(CellState cell, int row, LossReport final, BalancedScore? score)
    {
        cell.HasLeft = true;
        _context.Observer.CellFinished(cell.Index, new CellResult(Picture(row), final, score));
    }

    void Stop(CellState cell, int row, StopReason reason, LossReport losses, BalancedScore? score)
    {
        cell.HasLeft = true;
        using var tensors = _tensors.Row(row);
        var checkpoint = CheckpointTensors.Write(cell, tensors, losses.Total);
        _context.Observer.CellStopped(cell.Index, new StoppedCell(checkpoint, reason, losses, score));
    }

    /// <summary>Resizes the image to the next pass.</summary>
    void CarryUp(CellState cell, int row)
    {
        var size = cell.Cell.Plan.Passes[cell.Pass + 1].Size;
        var carried = nn.functional.interpolate(_carried.narrow(0, row, 1), [size.Height, size.Width]).clone();
        if (_context.Recipe.ClampBeforeStep || _context.Recipe.ClampAfterStep) _context.Clamp(carried);
        cell.BeginPass(_context.Begin(carried));
    }
}
