using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>A plain line now and then: every five seconds while there is something new, and one for every failure.</summary>
sealed class PlainFarmDisplay(TextWriter output, TextWriter errors, TimeProvider clock) : FarmDisplay(clock)
{
    const int MaxFaults = 50;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    readonly TimeProvider _clock = clock;
    long? _lastTime;
    string _lastLine = "";

    /// <summary>The closing lines of every display for people.</summary>
    public static IEnumerable<string> Closing(FarmSummary summary)
    {
        // One damaged style fails all of its cells, for one reason.
        var groups = summary.Faults.CountBy(fault => fault).Take(MaxFaults).ToList();
        foreach (var (fault, cells) in groups) yield return $"  {fault.Input}: {fault.Reason}{(cells > 1 ? $" ({cells} times)" : "")}";
        var more = summary.Failed + summary.Faulty - groups.Sum(group => group.Value);
        if (more > 0) yield return $"  and {more} more";
    }

    protected override void Changed_NeedsLock()
    {
        if (_lastTime is { } last && _clock.GetElapsedTime(last) < Pause) return;
        if (Progress_NeedsLock!.View() is not { Found: > 0 } view) return;
        Print(FarmScreen.Line(view));
        _lastTime = _clock.GetTimestamp();
    }

    protected override void End_NeedsLock()
    {
        if (Progress_NeedsLock!.View() is { Found: > 0 } view) Print(FarmScreen.Line(view));
        (_lastTime, _lastLine) = (null, "");
    }

    protected override void Decided_NeedsLock(FarmEvent happened, CellSpec? ended)
    {
        if (happened is CellGaveUp gaveUp && ended is not null)
            Warn_NeedsLock($"{ended.Output ?? ended.Content.Location}: {gaveUp.Message}");
    }

    protected override void Notice_NeedsLock(string text) => output.WriteLine(text);

    protected override void Warn_NeedsLock(string text) => errors.WriteLine($"stylefarm: warning: {text}");

    protected override void Finished_NeedsLock(FarmSummary summary)
    {
        foreach (var line in Closing(summary)) errors.WriteLine(line);
        output.WriteLine(summary);
    }

    void Print(string line)
    {
        if (line == _lastLine) return;
        output.WriteLine(_lastLine = line);
    }
}
