using System.Text.Json.Nodes;
using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>A user's folder with photos, a style and a sweep in it. One thread, two cells to a shard, a checkpoint every 4 steps.</summary>
sealed class FarmStudio : IDisposable
{
    /// <summary>Steps between checkpoints.</summary>
    public const int Interval = 4;

    readonly Studio _studio = new();

    /// <summary>The path of a file or folder here.</summary>
    public string this[string name] => _studio[name];

    /// <summary>Adds small photos, different ones, as PNG.</summary>
    /// <param name="names">Relative to the folder; sub-folders are made.</param>
    public FarmStudio WithPhotos(params string[] names)
    {
        for (var i = 0; i < names.Length; i++) Paint(names[i], (uint)(i + 11));
        return this;
    }

    /// <summary>Paints one photo, over what is there.</summary>
    public void Paint(string name, uint seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_studio[name])!);
        ImageFile.Save(Pictures.Noise(40, 30, seed), _studio[name]);
    }

    /// <summary>
    /// A batch of the folder <c>photos</c>: 32 px, 12 steps, into <c>out</c> with its state in <c>state</c>, unless told otherwise.
    /// </summary>
    public static string[] Batch(params string[] options) =>
        WithDefaults(["batch", "photos", .. options], ("--style", "style.png"), ("--size", "32"), ("--steps", "12"), ("--recipe", "d2l"));

    /// <summary>The sweep <c>grid.yaml</c>, with the same defaults.</summary>
    public static string[] Sweep(params string[] options) => WithDefaults(["sweep", "grid.yaml", .. options]);

    /// <summary>Writes <c>grid.yaml</c>: 32 px and 12 steps of content.png in style.png, and these lines.</summary>
    public FarmStudio WithSweep(params string[] lines)
    {
        File.WriteAllLines(this["grid.yaml"], ["content: [content.png]", "recipe: d2l", "size: 32", "steps: 12", .. lines]);
        return this;
    }

    /// <summary>Starts a command.</summary>
    public CliRun Start(params string[] command) => _studio.Start(command);

    /// <summary>Starts another program that calls the executable, whose path it finds in $STYLEFARM.</summary>
    public CliRun StartOther(string program, params string[] arguments) => _studio.StartOther(program, arguments);

    /// <summary>Runs a command to its end.</summary>
    public Task<CliResult> RunAsync(params string[] command) => _studio.RunAsync(command);

    /// <summary>Puts a file here.</summary>
    public void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
    }

    /// <summary>The folders of the cells in a state folder.</summary>
    public string[] Cells(string state = "state") =>
        Directory.Exists(this[$"{state}/cells"]) ? [.. Directory.GetDirectories(this[$"{state}/cells"]).Order()] : [];

    /// <summary>When each finished cell came to its end.</summary>
    public Dictionary<string, DateTime> Finishes(string state = "state") => Cells(state).Select(cell => Path.Combine(cell, "result.json"))
        .Where(File.Exists).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    /// <summary>The files below a folder, relative to it, without those that begin with a dot.</summary>
    public string[] Files(string folder, string pattern = "*") => Directory.Exists(this[folder])
        ? [.. Directory.GetFiles(this[folder], pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(this[folder], path))
            .Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The counts of the last result in `--json`: finished, earlier, stopped, failed, faulty.</summary>
    public static (int Finished, int Earlier, int Stopped, int Failed, int Faulty) Counts(CliResult result)
    {
        var counts = result.EventsOf("result").Last();
        return (Of("finished"), Of("earlier"), Of("stopped"), Of("failed"), Of("faulty"));

        int Of(string name) => (int)counts[name]!.GetValue<double>();
    }

    /// <summary>The cells that a run brought to their end, as `--json` tells.</summary>
    public static IEnumerable<string> FinishedIn(IEnumerable<string> lines) => lines.Select(EventIn)
        .Where(line => (string?)line?["event"] == "cell" && (string?)line["state"] == "finished").Select(line => (string)line!["cell"]!);

    /// <summary>Whether a line of `--json` tells the losses of a step, or of a later one.</summary>
    public static bool IsAtStep(string line, int step) => StepIn(EventIn(line)) >= step;

    /// <summary>The latest step of each cell that a run told the losses of.</summary>
    public static Dictionary<string, int> StepsIn(IEnumerable<string> lines) => lines.Select(EventIn).Where(line => StepIn(line) >= 0)
        .GroupBy(line => (string)line!["cell"]!).ToDictionary(cell => cell.Key, cell => cell.Max(StepIn));

    static int StepIn(JsonObject? line) => (string?)line?["event"] == "losses" ? (int)line["step"]!.GetValue<double>() : -1;

    static JsonObject? EventIn(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            // A killed process may have been writing.
            return null;
        }
    }

    public void Dispose() => _studio.Dispose();

    static string[] WithDefaults(List<string> command, params (string Option, string Value)[] more)
    {
        foreach (var (option, value) in more.Concat([("--out", "out"), ("--state", "state"), ("--weights", "seeded:1"), ("--threads", "1"),
            ("--shard-size", "2"), ("--checkpoint-every", $"{Interval}")]))
            if (!command.Contains(option)) command.AddRange([option, value]);
        command.Add("--json");
        return [.. command];
    }
}
