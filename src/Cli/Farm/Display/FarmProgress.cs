using System.Collections.Immutable;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>
/// Folds what a farm tells into what a user is shown of one job. Knows the cells that are in flight, not those of the job, so that an
/// archive of any size can be watched. One caller at a time.
/// </summary>
sealed class FarmProgress(JobId job, TimeProvider clock)
{
    /// <summary>Ended cells that may be retried; beyond, a retried cell is rendered without a word here.</summary>
    const int MaxGivenUp = 10_000;

    readonly OpenWork _work = new();
    readonly Dictionary<CellId, (CellSpec Cell, int Places, bool HasFailed)> _givenUp = [];
    readonly WorkRate _rate = new(clock);
    FarmGlance? _glance;
    string? _lastOutput;
    long _found, _earlier, _finished, _stopped, _failed, _faulty;
    bool _isAllFound;

    /// <summary>The cell of an id, while it is in flight.</summary>
    public CellSpec? this[CellId cell] => _work[cell];

    /// <summary>Something was decided.</summary>
    /// <returns>The cell that has come to its end by it, if any.</returns>
    public CellSpec? Apply(FarmEvent happened)
    {
        switch (happened)
        {
            case JobScanBegan began when began.Job == job:
                (_found, _earlier, _finished, _stopped, _failed, _faulty) = (0, 0, 0, 0, 0, 0);
                (_isAllFound, _glance) = (false, null);
                _work.Recount();
                _givenUp.Clear();
                return null;
            case CellsFound page when page.Job == job:
                Find(page);
                return null;
            case CellAccepted accepted:
                _work.Complete(accepted.Cell);
                _rate.Note(_work.PixelStepsSeen);
                return null;
            case CellHalted halted:
                _work.Reach(halted.Cell, halted.Step);
                return null;
            case CellPublished published: return End(published.Cell, ref _finished);
            case CellDropped dropped: return GiveUp(dropped.Cell, ref _stopped, hasFailed: false);
            case CellGaveUp gaveUp: return GiveUp(gaveUp.Cell, ref _failed, hasFailed: true);
            case CellsRetried retried:
                foreach (var cell in retried.Cells) TakeUp(cell);
                return null;
            default: return null;
        }
    }

    /// <summary>A cell has a checkpoint.</summary>
    public void Apply(CellProgress progress) => Reach(progress.Cell, progress.Step);

    /// <summary>A cell has taken a step.</summary>
    public void Apply(LossReport report)
    {
        // With L-BFGS a step is done when the next one is told of.
        if (report.Cell.Length == 32) Reach(new CellId(report.Cell), report.Evaluation is null ? report.Step + 1 : report.Step);
    }

    /// <summary>The farm as the coordinator sees it.</summary>
    public void Apply(FarmGlance glance)
    {
        _glance = glance;
        _rate.Note(_work.PixelStepsSeen);
    }

    /// <summary>
    /// How it stands now. What was told and what the coordinator sees both lag behind, each in its way: the further one counts.
    /// </summary>
    public FarmView View()
    {
        var view = new FarmView
        {
            Found = Math.Max(_found, _glance?.Found ?? 0),
            IsAllFound = _isAllFound || _glance is { IsSourceRead: true },
            Earlier = Math.Max(_earlier, _glance?.Earlier ?? 0),
            Finished = Math.Max(_finished, _glance?.Finished ?? 0),
            Stopped = Math.Max(_stopped, _glance?.Dropped ?? 0),
            Failed = Math.Max(_failed, _glance?.Failed ?? 0),
            Faulty = Math.Max(_faulty, _glance?.Faulty ?? 0),
            StepsDone = _work.StepsDone,
            Steps = _work.Steps,
            StepsPerSecond = Steps(_rate.PerSecond),
            Left = Left(),
            Nodes = [.. (_glance?.Nodes ?? []).Select(node =>
                new NodeView(node.Node.ToString(), node.Cells, node.PixelStepsPerSecond > 0 ? Steps(node.PixelStepsPerSecond) : null))],
            Waits = [.. (_glance?.Waits ?? ImmutableSortedDictionary<WaitReason, int>.Empty)
                .OrderByDescending(wait => wait.Value).Select(wait => (WaitText.Of(wait.Key), wait.Value))],
            LastOutput = _lastOutput,
        };
        return view with
        {
            Rendering = Math.Clamp(_glance?.Rendering ?? 0, 0, Math.Max(0, view.Found - view.Ended)),
            Fraction = Fraction(view),
        };
    }

    void Find(CellsFound found)
    {
        var page = found.Page;
        foreach (var cell in page.Cells) _work.Add(cell);
        _found += page.Cells.Length + page.Earlier.Length + page.EarlierCount;
        _earlier += page.Earlier.Length + page.EarlierCount;
        _faulty += page.Faulty.Length;
        _isAllFound |= page.IsLast;
    }

    CellSpec? End(CellId id, ref long count)
    {
        if (_work.Remove(id) is not var (cell, places)) return null;
        count += places;
        if (cell.Output is not null) _lastOutput = cell.Output;
        return cell;
    }

    CellSpec? GiveUp(CellId id, ref long count, bool hasFailed)
    {
        var before = count;
        if (End(id, ref count) is not { } cell) return null;
        if (_givenUp.Count < MaxGivenUp) _givenUp[id] = (cell, (int)(count - before), hasFailed);
        return cell;
    }

    void TakeUp(CellId id)
    {
        if (!_givenUp.Remove(id, out var back)) return;
        if (back.HasFailed) _failed -= back.Places;
        else _stopped -= back.Places;
        for (var place = 0; place < back.Places; place++) _work.Add(back.Cell);
    }

    void Reach(CellId cell, int step)
    {
        _work.Reach(cell, step);
        _rate.Note(_work.PixelStepsSeen);
    }

    /// <summary>Pictures of earlier runs count by number, those of this one by their work.</summary>
    double Fraction(FarmView view)
    {
        if (view.Found == 0) return 0;
        var (done, left) = (_work.PixelStepsDone, PixelStepsLeft);
        var own = done + left > 0 ? done / (done + left) : 1;
        return Math.Clamp((view.Earlier + (own * (view.Found - view.Earlier))) / view.Found, 0, 1);
    }

    /// <summary>The coordinator knows of cells that go no further; what was told knows of steps since the last checkpoint.</summary>
    double PixelStepsLeft =>
        Math.Max(0, Math.Min(_work.PixelSteps - _work.PixelStepsDone, _glance?.PixelStepsLeft ?? double.PositiveInfinity));

    double? Steps(double? pixelSteps) => pixelSteps is { } work && _work.MeanPixels is > 0 and var pixels ? work / pixels : null;

    TimeSpan? Left()
    {
        if (_rate.PerSecond is not { } rate) return null;
        var seconds = PixelStepsLeft / rate;
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
