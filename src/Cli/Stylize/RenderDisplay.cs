using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize;

/// <summary>What a user sees while a picture is rendered.</summary>
interface IRenderDisplay
{
    /// <summary>A plain remark, such as which weights are used.</summary>
    void Notice(string text);

    /// <summary>Something went wrong, and the rendering goes on.</summary>
    void Warn(string text);

    /// <summary>Runs the rendering with progress shown.</summary>
    /// <param name="steps">Steps in all.</param>
    /// <param name="done">Steps done before.</param>
    /// <param name="render">The rendering; calls <see cref="Progress"/>.</param>
    void Run(int steps, int done, Action render);

    /// <summary>The losses of a step.</summary>
    void Progress(LossReport report);

    /// <summary>The end: the picture's path and its provenance.</summary>
    void Finished(string picture, JsonObject provenance);
}

/// <summary>Chooses and holds the displays.</summary>
static class RenderDisplay
{
    /// <summary>JSON lines, a live bar on a terminal, plain lines elsewhere.</summary>
    public static IRenderDisplay Create(bool json, TimeProvider clock) =>
        json ? new JsonDisplay() : Console.IsOutputRedirected ? new PlainDisplay(clock) : new LiveDisplay(clock);

    internal static string Losses(LossReport report) => string.Create(CultureInfo.InvariantCulture,
        $"content {report.Content:G4}  style {report.Style:G4}  tv {report.Tv:G4}  total {report.Total:G4}");

    internal static string Duration(double seconds) => TimeSpan.FromSeconds(seconds) is { TotalHours: >= 1 } long_
        ? long_.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : TimeSpan.FromSeconds(seconds).ToString(@"m\:ss", CultureInfo.InvariantCulture);

    internal static string Summary(string picture, JsonObject provenance) => string.Create(CultureInfo.InvariantCulture,
        $"{picture}  ({provenance["size"]}, {provenance["timings"]!["render_seconds"]!.GetValue<double>():F1} s, total loss {provenance["losses"]!["total"]!.GetValue<double>():G5})");
}

/// <summary>Measures steps a second over the last few reports.</summary>
sealed class StepRate(int steps, int done, TimeProvider clock)
{
    const int Window = 20;

    readonly Queue<(long Time, int Step)> _recent = new([(clock.GetTimestamp(), done)]);

    /// <summary>Steps a second and the seconds still to go, once known.</summary>
    public (double PerSecond, double SecondsLeft)? Add(int stepsDone)
    {
        _recent.Enqueue((clock.GetTimestamp(), stepsDone));
        if (_recent.Count > Window) _recent.Dequeue();
        var (time, step) = _recent.Peek();
        var seconds = clock.GetElapsedTime(time).TotalSeconds;
        if (stepsDone <= step || seconds <= 0) return null;
        var rate = (stepsDone - step) / seconds;
        return (rate, (steps - stepsDone) / rate);
    }
}

/// <summary>A live progress bar.</summary>
sealed class LiveDisplay(TimeProvider clock) : IRenderDisplay
{
    ProgressTask? _task;
    StepRate? _rate;

    public void Notice(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Warn(string text) => AnsiConsole.MarkupLineInterpolated($"[yellow]{text}[/]");

    public void Run(int steps, int done, Action render)
    {
        _rate = new StepRate(steps, done, clock);
        AnsiConsole.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                _task = context.AddTask($"step {done}/{steps}", maxValue: steps);
                _task.Value = done;
                render();
                _task.Value = steps;
            });
    }

    public void Progress(LossReport report)
    {
        if (_task is null || _rate is null) return;
        var done = report.Step + 1;
        var speed = _rate.Add(done);
        var pace = speed is { } s
            ? string.Create(CultureInfo.InvariantCulture, $"  {s.PerSecond:F1} steps/s  {RenderDisplay.Duration(s.SecondsLeft)} left")
            : "";
        _task.Value = done;
        _task.Description = Markup.Escape($"step {done}/{(int)_task.MaxValue}{pace}  {RenderDisplay.Losses(report)}");
    }

    public void Finished(string picture, JsonObject provenance) => AnsiConsole.MarkupLineInterpolated($"[green]{RenderDisplay.Summary(picture, provenance)}[/]");
}

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
        var done = report.Step + 1;
        var speed = _rate!.Add(done);
        var isLast = done == _steps;
        if (!isLast && (done - _lastStep < _steps / 20.0 || clock.GetElapsedTime(_lastLine) < Pause)) return;
        (_lastLine, _lastStep) = (clock.GetTimestamp(), done);
        var pace = speed is { } s
            ? string.Create(CultureInfo.InvariantCulture, $"  {s.PerSecond:F2} steps/s, {RenderDisplay.Duration(s.SecondsLeft)} left")
            : "";
        Console.WriteLine($"step {done}/{_steps}{pace}  {RenderDisplay.Losses(report)}");
    }

    public void Finished(string picture, JsonObject provenance) => Console.WriteLine(RenderDisplay.Summary(picture, provenance));
}

/// <summary>One JSON object a line, for scripts.</summary>
sealed class JsonDisplay : IRenderDisplay
{
    public void Notice(string text) => Print("notice", ("message", text));

    public void Warn(string text) => Print("warning", ("message", text));

    public void Run(int steps, int done, Action render)
    {
        Print("start", ("steps", steps), ("step", done));
        render();
    }

    public void Progress(LossReport report) => Print("progress", [.. JsonNode.Parse(TelemetryJson.ToLine(report))!.AsObject()
        .Select(field => (field.Key, field.Value?.DeepClone()))]);

    public void Finished(string picture, JsonObject provenance) => Print("result", ("output", picture), ("result", provenance.DeepClone()));

    static void Print(string name, params ReadOnlySpan<(string Key, JsonNode? Value)> fields)
    {
        var line = new JsonObject { ["event"] = name };
        foreach (var (key, value) in fields) line[key] = value;
        Console.WriteLine(line.ToJsonString(JsonSerializerOptions.Default));
    }
}
