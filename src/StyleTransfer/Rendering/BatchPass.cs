using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Checkpoints;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// One pass of those cells of a batch that stand in it. Rounds are taken together; a cell that has come to the end of the pass, to its
/// rung, to its own end or to grief leaves, and the others go on with what is left.
/// </summary>
abstract class BatchPass : IDisposable
{
    readonly List<CellState> _cells;
    readonly LossLog _log;

    /// <param name="context">Of the batch.</param>
    /// <param name="cells">Those in the pass, at least one; their tensors are taken over.</param>
    /// <param name="objective">Of exactly these cells; taken over.</param>
    protected BatchPass(RenderContext context, IReadOnlyList<CellState> cells, StyleObjective objective)
    {
        (Context, Objective, _cells) = (context, objective, [.. cells]);
        _log = new LossLog(objective.Parts, context.Clock, context.ReadLossesEvery);
        Tensors = CellTensors.Join([.. cells.Select(cell => cell.Tensors!)]);
        foreach (var cell in cells)
        {
            cell.Tensors!.Dispose();
            cell.Tensors = null;
        }
    }

    protected RenderContext Context { get; }

    protected StyleObjective Objective { get; private set; }

    /// <summary>The cells that are in the pass; row i of the tensors is cell i's.</summary>
    protected IReadOnlyList<CellState> Cells => _cells;

    protected CellTensors Tensors { get; private set; }

    /// <summary>Until every cell has left the pass.</summary>
    public void Run()
    {
        for (LetLeave(); _cells.Count > 0; LetLeave())
        {
            using var scope = NewDisposeScope();
            Round();
        }
    }

    public virtual void Dispose()
    {
        _log.Dispose();
        Tensors.Dispose();
        Objective.Dispose();
    }

    /// <summary>Evaluates all cells once and moves them.</summary>
    protected abstract void Round();

    /// <summary>Whether a cell's total means that it cannot go on like this.</summary>
    protected abstract bool IsLost(CellState cell, double total);

    /// <summary>What becomes of lost cells: they are taken back or fail.</summary>
    protected abstract void Rescue(IEnumerable<CellState> lost);

    protected int RowOf(CellState cell) => _cells.IndexOf(cell);

    protected bool IsCheckpointDue(CellState cell) =>
        Context.CheckpointEvery > 0 && cell.Step % Context.CheckpointEvery == 0 && cell.Step != (cell.Order.Resume?.Step ?? 0);

    /// <summary>Logs the losses of an evaluation. Returns the cells that were seen to be lost, as far as rows were read.</summary>
    /// <param name="rows">Of all cells.</param>
    /// <param name="evaluation">The number of an evaluation within a step, if there are several.</param>
    /// <param name="readNow">Whether they must be read at once.</param>
    protected IReadOnlyList<CellState> Log(Tensor rows, Func<CellState, int?> evaluation, bool readNow)
    {
        _log.Add(rows, _cells.Select(cell => (cell, evaluation(cell))));
        return readNow || _log.IsFull ? Deliver() : [];
    }

    /// <summary>Reports pending losses and the checkpoints that they prove good. What comes after a lost total is no one's concern.</summary>
    List<CellState> Deliver()
    {
        var lost = new List<CellState>();
        foreach (var (cell, report) in _log.Read())
        {
            if (lost.Contains(cell)) continue;
            var stands = report.Step == cell.Step && report.Evaluation is null or 0;
            var isLost = IsLost(cell, report.Total);
            if (!isLost && stands && IsCheckpointDue(cell))
                Context.Observer.CheckpointReached(cell.Index, Checkpoint(cell, report.Total));
            Context.Observer.LossesRead(report);
            if (isLost) lost.Add(cell);
            else OnLoss(cell, report.Total, stands);
        }

        return lost;
    }

    /// <summary>A loss of a cell was read, and is good.</summary>
    /// <param name="cell">Which.</param>
    /// <param name="total">Its total.</param>
    /// <param name="stands">Whether it is the loss of the image that the cell has now.</param>
    protected abstract void OnLoss(CellState cell, double total, bool stands);

    CellCheckpoint Checkpoint(CellState cell, double total)
    {
        using var row = Tensors.Row(RowOf(cell));
        return CheckpointTensors.Write(cell, row, total);
    }

    /// <summary>Fails a cell; it leaves with the next <see cref="Remove"/>.</summary>
    protected void Fail(CellState cell, string message)
    {
        cell.HasLeft = true;
        Context.Observer.CellFailed(cell.Index, new StyleFarmException(ErrorCode.RenderFailed, message));
    }

    /// <summary>Takes out the cells that have left the batch or stand in another pass.</summary>
    protected void Remove(int pass)
    {
        int[] rows = [.. Enumerable.Range(0, _cells.Count).Where(row => !_cells[row].HasLeft && _cells[row].Pass == pass)];
        if (rows.Length == _cells.Count) return;

        var left = rows.Select(row => _cells[row]).ToList();
        if (rows.Length > 0)
        {
            var (tensors, objective) = (Tensors.Rows(rows), Objective.Rows(rows));
            Tensors.Dispose();
            Objective.Dispose();
            (Tensors, Objective) = (tensors, objective);
        }

        _cells.Clear();
        _cells.AddRange(left);
        memory.empty_cache(Context.Network.Device);
    }

    /// <summary>Lets go whoever is to leave now. Nobody leaves with an image that was not looked at: a lost one is taken back instead.</summary>
    void LetLeave()
    {
        if (!_cells.Any(cell => Context.DepartureOf(cell) is not null)) return;

        var pass = _cells[0].Pass;
        Rescue(Deliver());
        Remove(pass);
        using var scope = NewDisposeScope();
        var leaving = new List<(CellState Cell, Departure Departure)>();
        foreach (var cell in _cells)
            if (Context.DepartureOf(cell) is { } departure)
                leaving.Add((cell, departure));
        if (leaving.Count == 0) return;

        int[] rows = [.. leaving.Select(entry => RowOf(entry.Cell))];
        using var farewell = new Farewell(Context, leaving, Tensors.Rows(rows));
        using var objective = Objective.Rows(rows);
        var losses = objective.Evaluate(farewell.Images.to(Context.LossType, Context.Network.Device), withGradient: false);
        var reports = _log.ReadAtOnce(losses, [.. leaving.Select(entry => entry.Cell)]);
        var lost = leaving.Select(entry => entry.Cell).Where((cell, i) => IsLost(cell, reports[i].Total)).ToList();
        farewell.Say(reports, lost);
        Rescue(lost);
        Remove(pass);
    }
}
