using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>
/// One JSON object a line, for scripts: <c>event</c> is start, found, faulty, cell, losses, progress, estimate, notice, warning or result.
/// </summary>
sealed class JsonFarmDisplay(TextWriter output, TimeProvider clock) : FarmDisplay(clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly TimeProvider _clock = clock;
    readonly Dictionary<CellId, CellAccepted> _accepted = [];
    long? _lastTime;
    FarmView? _last;

    protected override void Begin_NeedsLock(JobSpec job) =>
        Print("start", ("job", job.Id.ToString()), ("name", job.Name), ("kind", job.Kind.ToString().ToLowerInvariant()));

    protected override void End_NeedsLock()
    {
        PrintProgress();
        (_lastTime, _last) = (null, null);
        _accepted.Clear();
    }

    protected override void Changed_NeedsLock()
    {
        if (_lastTime is { } last && _clock.GetElapsedTime(last) < Pause) return;
        _lastTime = _clock.GetTimestamp();
        PrintProgress();
    }

    protected override void Decided_NeedsLock(FarmEvent happened, CellSpec? ended)
    {
        switch (happened)
        {
            case CellsFound { Page: var page }:
                foreach (var fault in page.Faulty) Faulty_NeedsLock(fault);
                Print("found", ("cells", page.Cells.Length), ("earlier", page.EarlierCount + page.Earlier.Length), ("all", page.IsLast));
                break;
            case CellAccepted accepted when Progress_NeedsLock![accepted.Cell] is not null:
                _accepted[accepted.Cell] = accepted;
                break;
            case CellPublished when ended is not null:
                _accepted.Remove(ended.Id, out var end);
                PrintCell(ended, "finished", ("steps", ended.Steps), ("losses", Of(end?.Losses)), ("score", Of(end?.Score)),
                    ("seconds", end?.Seconds), ("node", end?.Node.ToString()));
                break;
            case CellDropped when ended is not null:
                PrintCell(ended, "stopped");
                break;
            case CellGaveUp gaveUp when ended is not null:
                PrintCell(ended, "failed", ("reason", gaveUp.Message));
                break;
        }
    }

    protected override void Losses_NeedsLock(LossReport report) =>
        Print("losses",
            [.. JsonNode.Parse(TelemetryJson.ToLine(report))!.AsObject().Select(field => (field.Key, field.Value?.DeepClone()))]);

    protected override void Planned_NeedsLock(CellSpec cell) => PrintCell(cell, "planned", ("steps", cell.Steps), ("pixels", cell.Pixels));

    protected override void Faulty_NeedsLock(FaultyInput fault) => Print("faulty", ("input", fault.Input), ("reason", fault.Reason));

    protected override void Estimated_NeedsLock(FarmEstimate estimate) =>
        Print("estimate", ("cells", estimate.Cells), ("earlier", estimate.Earlier),
        ("faulty", estimate.Faulty), ("pixel_steps", estimate.PixelSteps), ("seconds", estimate.Time?.TotalSeconds),
            ("basis", estimate.Basis));

    protected override void Notice_NeedsLock(string text) => Print("notice", ("message", text));

    protected override void Warn_NeedsLock(string text) => Print("warning", ("message", text));

    protected override void Finished_NeedsLock(FarmSummary summary) => Print("result",
        ("job", summary.Job.Id.ToString()), ("finished", summary.Finished), ("earlier", summary.Earlier), ("stopped", summary.Stopped),
        ("failed", summary.Failed), ("faulty", summary.Faulty), ("open", summary.Open),
        ("seconds", summary.Elapsed.TotalSeconds), ("output", summary.Folder), ("report", summary.Report),
        ("faults",
            new JsonArray([.. summary.Faults.Select(fault => new JsonObject { ["input"] = fault.Input, ["reason"] = fault.Reason })])));

    void PrintProgress()
    {
        var view = Progress_NeedsLock!.View();
        if (view.Found == 0 || IsSame(view, _last)) return;
        _last = view;
        Print("progress", ("found", view.Found), ("all_found", view.IsAllFound), ("earlier", view.Earlier), ("finished", view.Finished),
            ("stopped", view.Stopped), ("failed", view.Failed), ("faulty", view.Faulty), ("rendering", view.Rendering),
            ("waiting", view.Waiting),
            ("steps_done", view.StepsDone), ("steps", view.Steps), ("fraction", view.Fraction), ("steps_per_second", view.StepsPerSecond),
            ("seconds_left", view.Left?.TotalSeconds),
            ("nodes",
                new JsonArray([.. view.Nodes.Select(node =>
                new JsonObject { ["node"] = node.Name, ["cells"] = node.Cells, ["steps_per_second"] = node.StepsPerSecond })])),
            ("waits", new JsonObject(view.Waits.Select(wait => KeyValuePair.Create(wait.Reason, (JsonNode?)wait.Count)))));
    }

    static bool IsSame(FarmView view, FarmView? last) => last is not null
        && (view.Found, view.IsAllFound, view.Ended, view.Rendering, view.StepsDone) == (last.Found, last.IsAllFound, last.Ended,
            last.Rendering, last.StepsDone);

    void PrintCell(CellSpec cell, string state, params ReadOnlySpan<(string Key, JsonNode? Value)> more) => Print("cell",
        [("cell", cell.Id.ToString()), ("index", cell.Index), ("state", state), ("content", cell.Content.Location), ("output", cell.Output),
            .. more]);

    static JsonObject? Of(Losses? losses) => losses is null ? null : new()
    {
        ["content"] = Number(losses.Content),
        ["style"] = Number(losses.Style),
        ["tv"] = Number(losses.Tv),
        ["total"] = Number(losses.Total),
    };

    static JsonObject? Of(Score? score) => score is not { } known ? null : new()
    {
        ["content"] = Number(known.Content),
        ["style"] = Number(known.Style),
        ["balanced"] = Number(known.Balanced),
    };

    static JsonNode Number(double value) => double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    void Print(string name, params ReadOnlySpan<(string Key, JsonNode? Value)> fields)
    {
        var line = new JsonObject { ["event"] = name };
        foreach (var (key, value) in fields) line[key] = value;
        output.WriteLine(line.ToJsonString());
    }
}
