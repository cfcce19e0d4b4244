using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Control;

namespace StyleFarm.Cli.Commands;

/// <summary>Commands that speak with a farm that runs in another terminal: what it does, and what it should do instead.</summary>
static class ControlCommands
{
    static readonly Argument<string> Job = new Argument<string>("JOB") { Description =
        "The job's id, its name, or the beginning of one: see `stylefarm ls`." }.WithoutStrayOptions();

    static readonly Argument<string> Node =
        new Argument<string>("NODE") { Description = "The node: see `stylefarm nodes`." }.WithoutStrayOptions();

    static readonly Argument<int> Priority =
        new("PRIORITY") { Description = "0 to 100; jobs begin with 50. A job of higher priority takes nodes at their next checkpoint." };

    static readonly Option<bool> Dropped =
        new("--stopped") { Description = "Cells that were stopped early go on to their end, instead of failed ones." };

    static readonly Option<bool> Undo = new("--undo") { Description = "The node takes work again." };

    /// <summary>All of them.</summary>
    public static IEnumerable<Command> All()
    {
        yield return Ask("ls", "Jobs of the running farm.", [], _ => new() { ["command"] = "jobs" }, answer => Table(answer["jobs"]!,
            "job", "status", "priority", "found", "earlier", "finished", "dropped", "failed", "faulty", "nodes", "name"));
        yield return Ask("show", "One job: its cells that are not finished, and why each of them waits.", [Job], parsed =>
            OfJob("job", parsed), ShowJob);
        yield return Ask("nodes", "Nodes of the running farm.", [], _ => new() { ["command"] = "nodes" }, answer => Table(answer["nodes"]!,
            "node", "device", "shards", "pixel_steps_per_second", "utilisation", "draining", "memory_bytes", "version"));
        yield return Ask("pause", "Hold a job back: its cells stop at checkpoints, nodes go on with other jobs.", [Job], parsed =>
            OfJob("pause", parsed));
        yield return Ask("resume", "Go on with a paused job.", [Job], parsed => OfJob("resume", parsed));
        yield return Ask("cancel", "Give a job up; what is finished stays.", [Job], parsed => OfJob("cancel", parsed));
        yield return Ask("retry", "Try the failed cells of a job again.", [Job, Dropped], parsed =>
            OfJob("retry", parsed, ("dropped", parsed.GetValue(Dropped))));
        yield return Ask("priority", "Make a job more or less important.", [Job, Priority], parsed =>
            OfJob("priority", parsed, ("priority", parsed.GetValue(Priority))));
        yield return Ask("drain", "Empty a node: its cells stop at checkpoints and go on elsewhere.", [Node, Undo], parsed => new()
        {
            ["command"] = "drain",
            ["node"] = parsed.GetValue(Node),
            ["draining"] = !parsed.GetValue(Undo),
        });
    }

    static Command Ask(string name, string description, Symbol[] takes, Func<ParseResult, JsonObject> request,
        Action<JsonObject>? show = null)
    {
        var command = new Command(name, description) { ServiceOptions.Server, EngineOptions.State, EngineOptions.Json };
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument) command.Add(argument);
            if (symbol is Option option) command.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var answer = await AskAsync(parsed, request(parsed), cancellation);
            if (parsed.GetValue(EngineOptions.Json)) Console.WriteLine(answer.ToJsonString());
            else if (show is null) Console.WriteLine((string?)answer["message"] ?? "done");
            else show(answer);
            return CommandLine.Done;
        });
        return command;
    }

    static async Task<JsonObject> AskAsync(ParseResult parsed, JsonObject request, CancellationToken cancellation)
    {
        if (ServiceOptions.ServersOf(parsed) is not { } servers)
            return await ControlClient.AskAsync(parsed.GetValue(EngineOptions.State)!, request, cancellation);
        using var client = new HttpControlClient(servers, ServiceOptions.Token);
        return await client.AskAsync(request, cancellation);
    }

    static JsonObject OfJob(string command, ParseResult parsed, params ReadOnlySpan<(string Key, JsonNode Value)> more)
    {
        var request = new JsonObject { ["command"] = command, ["job"] = parsed.GetValue(Job) };
        foreach (var (key, value) in more) request[key] = value;
        return request;
    }

    static void ShowJob(JsonObject job)
    {
        foreach (var (key, value) in job)
            if (value is not JsonArray && Text(value) is { Length: > 0 } text) Console.WriteLine($"{key,-10} {text}");
        if (job["rungs"] is { } rungs) Table(rungs, "steps", "population", "kept", "entered", "gone_on", "waiting");
        Table(job["cells"]!, "index", "cell", "phase", "attempt", "step", "steps", "waits", "why", "content");
        foreach (var fault in job["faults"]!.AsArray()) Console.WriteLine($"{fault!["input"]}: {fault["reason"]}");
    }

    /// <summary>Columns as wide as they need to be; none where there are no rows.</summary>
    static void Table(JsonNode rows, params string[] columns)
    {
        var lines = rows.AsArray().Select(row => columns.Select(column => Text(row![column])).ToArray()).ToList();
        if (lines.Count == 0) return;
        lines.Insert(0, columns);
        var widths = columns.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        foreach (var line in lines) Console.WriteLine(string.Join("  ", line.Select((text, i) => text.PadRight(widths[i]))).TrimEnd());
    }

    static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => string.Join(",", list.Select(Text)),
        JsonValue value when value.TryGetValue<double>(out var number) => number.ToString("0.###", CultureInfo.InvariantCulture),
        _ => node.ToString(),
    };
}
