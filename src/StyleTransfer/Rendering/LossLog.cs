using StyleFarm.Messages.Telemetry;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Collects loss rows on the device and reads many at once, because reading waits for the device. On the CPU, where it costs nothing,
/// every row is read at once.
/// </summary>
sealed class LossLog(IReadOnlyList<RenderCell> cells, IReadOnlyList<string> parts, IRenderObserver observer, TimeProvider clock, Device device) : IDisposable
{
    /// <summary>A total this many times the first one of the pass counts as exploded.</summary>
    const double ExplosionFactor = 1e4;

    readonly int _readEvery = device.IsCuda ? 16 : 1;
    readonly List<(Tensor Rows, int Step, int? Evaluation)> _pending = [];
    readonly double?[] _firstTotals = new double?[cells.Count];
    long _lastRead = clock.GetTimestamp();

    /// <summary>Takes over the rows, (4 + parts)×N. Returns cells that were seen to diverge, as far as rows were read.</summary>
    public IReadOnlyList<int> Add(Tensor rows, int step, int? evaluation = null)
    {
        _pending.Add((rows.DetachFromDisposeScope(), step, evaluation));
        return _pending.Count >= _readEvery ? Flush() : [];
    }

    /// <summary>Reads what is pending, reports it, and returns the cells that diverged.</summary>
    public IReadOnlyList<int> Flush()
    {
        if (_pending.Count == 0) return [];

        var values = Read();
        var now = clock.GetTimestamp();
        var milliseconds = clock.GetElapsedTime(_lastRead, now).TotalMilliseconds / _pending.Count;
        _lastRead = now;

        var diverged = new SortedSet<int>();
        var rowLength = (4 + parts.Count) * cells.Count;
        for (var i = 0; i < _pending.Count; i++)
            for (var cell = 0; cell < cells.Count; cell++)
            {
                var report = Report(values.AsSpan(i * rowLength, rowLength), cell, _pending[i].Step, _pending[i].Evaluation, milliseconds);
                observer.LossesRead(report);
                if (HasDiverged(cell, report.Total)) diverged.Add(cell);
            }

        Clear();
        return [.. diverged];
    }

    /// <summary>Forgets what is pending.</summary>
    public void Clear()
    {
        foreach (var (rows, _, _) in _pending) rows.Dispose();
        _pending.Clear();
    }

    public void Dispose() => Clear();

    /// <summary>The report of one cell from the values of one (4 + parts)×N row.</summary>
    public LossReport Report(ReadOnlySpan<double> row, int cell, int step, int? evaluation, double milliseconds)
    {
        var count = cells.Count;
        var taps = new Dictionary<string, double>(parts.Count);
        for (var part = 0; part < parts.Count; part++)
            taps.Add(parts[part], row[(4 + part) * count + cell]);
        return new LossReport
        {
            Cell = cells[cell].Id,
            Step = step,
            Evaluation = evaluation,
            Content = row[cell],
            Style = row[count + cell],
            Tv = row[2 * count + cell],
            Total = row[3 * count + cell],
            Taps = taps,
            Milliseconds = milliseconds,
        };
    }

    double[] Read()
    {
        using var scope = NewDisposeScope();
        var all = _pending.Count == 1 ? _pending[0].Rows : stack([.. _pending.Select(entry => entry.Rows)]);
        return all.to(float64, CPU).ToArray<double>();
    }

    bool HasDiverged(int cell, double total)
    {
        if (!double.IsFinite(total)) return true;
        _firstTotals[cell] ??= total;
        return _firstTotals[cell] is > 0 and var first && total > ExplosionFactor * first;
    }
}
