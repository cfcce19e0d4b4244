using System.Text.Json.Nodes;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Stylize.Display;

/// <summary>One JSON object a line, for scripts: <c>event</c> says which kind.</summary>
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
        Console.WriteLine(line.ToJsonString());
    }
}
