using System.Text.Json.Nodes;
using Spectre.Console;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize.Display;

/// <summary>A live progress bar on one line, which shows less where the terminal is narrow.</summary>
sealed class LiveDisplay(TimeProvider clock) : IRenderDisplay
{
    const int BarWidth = 8;

    ProgressTask? _task;
    StepRate? _rate;
    LossReport? _last;

    public void Notice(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Warn(string text) => AnsiConsole.MarkupLineInterpolated($"[yellow]{text}[/]");

    public void Run(int steps, int done, Action render)
    {
        _rate = new StepRate(steps, done, clock);
        AnsiConsole.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                _task = context.AddTask($"step {done}/{steps}", maxValue: steps);
                _task.Value = done;
                render();
                _task.Value = steps;
                if (_last is { } last) Describe(last with { Step = steps - 1, Evaluation = null }, "");
            });
    }

    public void Progress(LossReport report)
    {
        if (_task is null || _rate is null) return;
        var done = RenderDisplay.StepsDone(report);
        var pace = _rate.Add(done) is { } speed ? "  " + RenderDisplay.Pace(speed) : "";
        _task.Value = done;
        Describe(_last = report, pace);
    }

    public void Finished(string picture, JsonObject provenance) =>
        AnsiConsole.MarkupLineInterpolated($"[green]{RenderDisplay.Summary(picture, provenance)}[/]");

    void Describe(LossReport report, string pace) => _task!.Description =
        Markup.Escape(Fit($"{RenderDisplay.Position(report, (int)_task.MaxValue)}{pace} ", RenderDisplay.Losses(report)));

    /// <summary>The line with as many of the losses as the terminal has room for.</summary>
    static string Fit(string line, string[] losses)
    {
        var room = AnsiConsole.Profile.Width - BarWidth - 1;
        foreach (var loss in losses)
        {
            if (line.Length + 1 + loss.Length > room) break;
            line += " " + loss;
        }

        return line;
    }
}
