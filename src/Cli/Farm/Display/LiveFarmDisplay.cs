using Spectre.Console;
using Spectre.Console.Rendering;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>A view of several lines that is drawn anew a few times a second; remarks appear above it.</summary>
sealed class LiveFarmDisplay(IAnsiConsole console, TimeProvider clock) : FarmDisplay(clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly TimeProvider _clock = clock;
    LiveDisplayContext? _live;
    long? _lastTime;

    protected override Task<T> RunAsync<T>(Func<Task<T>> work) =>
        console.Live(new Text("looking at the inputs")).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            lock (Gate) _live = live;
            try
            {
                return await work();
            }
            finally
            {
                lock (Gate)
                {
                    Draw_NeedsLock();
                    _live = null;
                }
            }
        });

    protected override void Changed_NeedsLock()
    {
        if (_lastTime is { } last && _clock.GetElapsedTime(last) < Pause) return;
        _lastTime = _clock.GetTimestamp();
        Draw_NeedsLock();
    }

    protected override void Decided_NeedsLock(FarmEvent happened, CellSpec? ended)
    {
        if (happened is CellGaveUp gaveUp && ended is not null)
            Warn_NeedsLock($"{ended.Output ?? ended.Content.Location}: {gaveUp.Message}");
    }

    protected override void Notice_NeedsLock(string text) => console.MarkupLineInterpolated($"[grey]{text}[/]");

    protected override void Warn_NeedsLock(string text) => console.MarkupLineInterpolated($"[yellow]{text}[/]");

    protected override void Finished_NeedsLock(FarmSummary summary)
    {
        foreach (var line in PlainFarmDisplay.Closing(summary)) console.MarkupLineInterpolated($"[yellow]{line}[/]");
        if (summary.ExitCode == CommandLine.Done) console.MarkupLineInterpolated($"[green]{summary.ToString()}[/]");
        else console.MarkupLineInterpolated($"{summary.ToString()}");
    }

    void Draw_NeedsLock()
    {
        if (_live is null || Progress_NeedsLock is not { } progress) return;
        var width = Math.Max(20, console.Profile.Width - 1);
        _live.UpdateTarget(new Rows(FarmScreen.Lines(progress.View(), width).Select(IRenderable (line) => new Text(line))));
    }
}
