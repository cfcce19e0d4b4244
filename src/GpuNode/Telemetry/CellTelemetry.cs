using System.Text;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>Loss reports of one cell that are stored together.</summary>
/// <param name="FirstStep">Names the part: what an earlier part holds from here on was rendered anew.</param>
/// <param name="Generation">Rises whenever the cell is taken back.</param>
/// <param name="Reports">In order.</param>
sealed record TelemetryPart(int FirstStep, int Generation, IReadOnlyList<LossReport> Reports)
{
    /// <summary>One report a line, UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(Reports.Select(report => TelemetryJson.ToLine(report) + "\n")));
}

/// <summary>
/// Loss reports of one cell on their way into the store. Every step is kept up to step <see cref="DenseSteps"/>, then every
/// <see cref="SparseEvery"/>th. While the store is away at most <see cref="MaxPending"/> wait; beyond, every other step of them goes.
/// The render thread adds, the uploader takes.
/// </summary>
sealed class CellTelemetry
{
    /// <summary>Steps that are all kept.</summary>
    public const int DenseSteps = 2000;

    /// <summary>Beyond those, one step of so many.</summary>
    public const int SparseEvery = 10;

    /// <summary>Reports that wait, at most.</summary>
    public const int MaxPending = 4096;

    readonly Lock _lock = new();
    readonly List<LossReport> _pending = [];
    LossReport? _latest;
    int _stride = 1;
    int _generation;

    /// <summary>The newest losses; null before the first.</summary>
    public Losses? Latest => Volatile.Read(ref _latest) is { } report ? LossesOf(report) : null;

    /// <summary>The step of the newest losses; 0 before the first.</summary>
    public int LatestStep => Volatile.Read(ref _latest)?.Step ?? 0;

    public static Losses LossesOf(LossReport report) => new(report.Content, report.Style, report.Tv, report.Total);

    public void Add(LossReport report)
    {
        lock (_lock)
        {
            _latest = report;
            if (report.Step % _stride != 0 || (report.Step >= DenseSteps && (report.Step % SparseEvery != 0 || report.Evaluation > 0)))
                return;
            _pending.Add(report);
            if (_pending.Count <= MaxPending) return;
            _stride *= 2;
            _pending.RemoveAll(kept => kept.Step % _stride != 0);
        }
    }

    /// <summary>Forgets what waits of a step and later: it comes again.</summary>
    /// <returns>The generation of what comes now.</returns>
    public int GoBackTo(int step)
    {
        lock (_lock)
        {
            _pending.RemoveAll(report => report.Step >= step);
            return ++_generation;
        }
    }

    /// <summary>Takes what waits of the steps before; null when there is nothing.</summary>
    public TelemetryPart? Take(int before = int.MaxValue)
    {
        lock (_lock)
        {
            var taken = _pending.Where(report => report.Step < before).ToList();
            if (taken.Count == 0) return null;
            _pending.RemoveAll(report => report.Step < before);
            _stride = 1;
            return new TelemetryPart(taken[0].Step, _generation, taken);
        }
    }
}
