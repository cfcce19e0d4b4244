using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>
/// Reads a sweep's cells in the order of its plan. A picture that cannot be used is told once, whatever the number of its cells.
/// </summary>
sealed class SweepCellReader(JobSpec job, SweepCells cells, SweepPointPlanner planner, IObjectStore store, PictureSink sink,
    LateScores? scores)
    : ICellReader
{
    readonly HashSet<FaultyInput> _told = [];
    readonly HashSet<CellId> _known = [];
    IEnumerator<SweepPoint>? _points;

    public Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken) =>
        Task.Run(() => ReadPageAsync(maxCells, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _points?.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<CellPage> ReadPageAsync(int maxCells, CancellationToken cancellationToken)
    {
        var (open, earlier, faults) = (new List<CellSpec>(), new List<EarlierCell>(), new List<FaultyInput>());
        _points ??= cells.Points().GetEnumerator();
        while (open.Count + earlier.Count < maxCells)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_points.MoveNext()) return Page(isLast: true);
            // The same photo under two names comes to the same cells: they are compared once.
            if (Cell(_points.Current, faults) is not { } cell || !_known.Add(cell.Id)) continue;
            if (await FinishedAsync(_points.Current, cell, faults, cancellationToken) is { } finished) earlier.Add(finished);
            else open.Add(cell);
        }

        return Page(isLast: false);

        CellPage Page(bool isLast) => new() { Cells = [.. open], Earlier = [.. earlier], Faulty = [.. faults], IsLast = isLast };
    }

    CellSpec? Cell(SweepPoint point, List<FaultyInput> faults)
    {
        var fault = planner.FaultOf(point);
        try
        {
            if (fault is null) return planner.Plan(point);
        }
        catch (StyleFarmException e)
        {
            fault = new FaultyInput(point.Content, e.Message);
        }

        if (_told.Add(fault)) faults.Add(fault);
        return null;
    }

    /// <summary>Null when the cell is to be rendered: it is not finished, or its result is damaged.</summary>
    async Task<EarlierCell?> FinishedAsync(SweepPoint point, CellSpec cell, List<FaultyInput> faults, CancellationToken cancellationToken)
    {
        if (await ResultReader.ReadAsync(store, cell.Id, cancellationToken) is not { } provenance) return null;
        var score = ResultReader.ScoreOf(provenance);
        if (score is null && scores is not null) score = await scores.AddAsync(point, cell, provenance, cancellationToken);
        try
        {
            await sink.DeliverAsync(job, cell, provenance, cancellationToken);
        }
        catch (StyleFarmException e) when (e.Code is ErrorCode.BadInput or ErrorCode.BadUsage)
        {
            faults.Add(new FaultyInput(cell.Output ?? cell.Content.Location, e.Message));
        }

        var unknown = new Losses(double.NaN, double.NaN, double.NaN, double.NaN);
        return new EarlierCell(cell, ResultReader.LossesOf(provenance) ?? unknown, score);
    }
}
