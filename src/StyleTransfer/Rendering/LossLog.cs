using StyleFarm.Messages.Telemetry;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Collects loss rows on the device and reads many at once, because reading waits for the device. The cells may only change when nothing
/// is pending.
/// </summary>
sealed class LossLog(IReadOnlyList<string> parts, TimeProvider clock, int readEvery) : IDisposable
{
    readonly List<(Tensor Rows, (CellState Cell, int Step, int? Evaluation)[] Columns)> _pending = [];
    long _lastRead = clock.GetTimestamp();

    /// <summary>Whether it is time to read.</summary>
    public bool IsFull => _pending.Count >= readEvery;

    /// <summary>Takes over the rows, (4 + parts)×N, of the cells where they stand.</summary>
    public void Add(Tensor rows, IEnumerable<(CellState Cell, int? Evaluation)> cells) =>
        _pending.Add((rows.DetachFromDisposeScope(), [.. cells.Select(column => (column.Cell, column.Cell.Step, column.Evaluation))]));

    /// <summary>Reads what is pending, in order.</summary>
    public List<(CellState Cell, LossReport Report)> Read()
    {
        if (_pending.Count == 0) return [];

        var values = ReadValues();
        var now = clock.GetTimestamp();
        var milliseconds = clock.GetElapsedTime(_lastRead, now).TotalMilliseconds / _pending.Count;
        _lastRead = now;

        var reports = new List<(CellState, LossReport)>();
        var length = values.Length / _pending.Count;
        for (var i = 0; i < _pending.Count; i++)
        {
            var columns = _pending[i].Columns;
            for (var column = 0; column < columns.Length; column++)
                reports.Add((columns[column].Cell, Report(values.AsSpan(i * length, length), column, columns[column], milliseconds)));
        }

        Clear();
        return reports;
    }

    /// <summary>The reports of cells where they stand from rows that no step follows.</summary>
    public List<LossReport> ReadAtOnce(Tensor rows, IReadOnlyList<CellState> cells)
    {
        using var values = rows.to(float64, CPU).DetachFromDisposeScope();
        var all = values.ToArray<double>();
        return [.. cells.Select((cell, column) => Report(all, column, (cell, cell.Step, null), 0))];
    }

    public void Dispose() => Clear();

    void Clear()
    {
        foreach (var (rows, _) in _pending) rows.Dispose();
        _pending.Clear();
    }

    LossReport Report(ReadOnlySpan<double> row, int column, (CellState Cell, int Step, int? Evaluation) of, double milliseconds)
    {
        var count = row.Length / (4 + parts.Count);
        var taps = new Dictionary<string, double>(parts.Count);
        for (var part = 0; part < parts.Count; part++)
            taps.Add(parts[part], row[(4 + part) * count + column]);
        return new LossReport
        {
            Cell = of.Cell.Cell.Id,
            Step = of.Step,
            Evaluation = of.Evaluation,
            Content = row[column],
            Style = row[count + column],
            Tv = row[2 * count + column],
            Total = row[3 * count + column],
            Taps = taps,
            Milliseconds = milliseconds,
        };
    }

    double[] ReadValues()
    {
        using var scope = NewDisposeScope();
        var all = _pending.Count == 1 ? _pending[0].Rows : stack([.. _pending.Select(entry => entry.Rows)]);
        return all.to(float64, CPU).ToArray<double>();
    }
}
