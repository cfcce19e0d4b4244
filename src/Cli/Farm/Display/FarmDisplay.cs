using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>Plain lines, or JSON.</summary>
sealed class FarmDisplay(bool json) : IFarmWatch
{
    public static FarmDisplay Create(bool json, TimeProvider clock) => clock is null ? throw new ArgumentNullException(nameof(clock)) : new(json);

    public void Begin(JobSpec job) => Print("job", $"{job.Name} ({job.Id})", ("job", job.Id.ToString()));

    public void Decided(FarmEvent happened)
    {
        if (happened is CellPublished published) Print("cell_finished", $"finished {published.Cell}", ("cell", published.Cell.ToString()));
        if (happened is CellGaveUp gaveUp) Print("cell_failed", $"failed {gaveUp.Cell}: {gaveUp.Message}", ("cell", gaveUp.Cell.ToString()));
    }

    public void Progressed(CellProgress progress)
    {
        if (json) Print("progress", "", ("cell", progress.Cell.ToString()), ("step", progress.Step));
    }

    public void Losses(LossReport report)
    {
    }

    public void Glanced(FarmGlance glance)
    {
    }

    public void Notice(string text) => Print("notice", text);

    public void Warn(string text) => Print("warning", text);

    public void Finished(FarmOutcome outcome)
    {
        var counts = outcome.Counts;
        foreach (var fault in outcome.Faults) Print("fault", $"{fault.Input}: {fault.Reason}", ("input", fault.Input));
        Print("result", string.Create(CultureInfo.InvariantCulture,
            $"{counts.Finished} finished, {counts.Earlier} finished before, {counts.Dropped} stopped early, {counts.Failed + counts.Faulty} failed"),
            ("finished", counts.Finished), ("earlier", counts.Earlier), ("dropped", counts.Dropped), ("failed", counts.Failed), ("faulty", counts.Faulty));
    }

    void Print(string name, string text, params ReadOnlySpan<(string Key, JsonNode? Value)> fields)
    {
        if (!json)
        {
            Console.WriteLine(text);
            return;
        }

        var line = new JsonObject { ["event"] = name, ["message"] = text };
        foreach (var (key, value) in fields) line[key] = value;
        lock (this) Console.WriteLine(line.ToJsonString());
    }
}
