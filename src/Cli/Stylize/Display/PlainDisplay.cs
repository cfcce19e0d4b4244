using System.Text.Json.Nodes;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize.Display;

/// <summary>A plain line now and then: at a twentieth of the work, but not more often than every two seconds.</summary>
sealed class PlainDisplay(TimeProvider clock) : IRenderDisplay
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    int _steps;
    StepRate? _rate;
    long _lastLine;
    int _lastStep;

    public void Notice(string text) => Console.WriteLine(text);

    public void Warn(string text) => Console.Error.WriteLine($"stylefarm: warning: {text}");

    public void Run(int steps, int done, Action render)
    {
        (_steps, _rate, _lastLine, _lastStep) = (steps, new StepRate(steps, done, clock), clock.GetTimestamp(), done);
        render();
    }

    public void Progress(LossReport report)
    {
        var done = RenderDisplay.StepsDone(report);
        var speed = _rate!.Add(done);
        var isDue = done - _lastStep >= _steps / 20.0 && clock.GetElapsedTime(_lastLine) >= Pause;
        if (done == _lastStep || (!isDue && done != _steps)) return;
        (_lastLine, _lastStep) = (clock.GetTimestamp(), done);
        var pace = speed is { } s ? "  " + RenderDisplay.Pace(s) : "";
        Console.WriteLine($"{RenderDisplay.Position(report, _steps)}{pace}  {string.Join("  ", RenderDisplay.Losses(report))}");
    }

    public void Finished(string picture, JsonObject provenance) => Console.WriteLine(RenderDisplay.Summary(picture, provenance));
}
