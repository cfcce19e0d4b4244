using System.Text.Json.Nodes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>
/// A user's folder with a content and a style picture in it, and the built executable to run there. The user has no trained weights.
/// </summary>
sealed class Studio : IDisposable
{
    const string Seeded = "seeded:1";

    static readonly string Program = System.IO.Path.Combine(Programs, "stylefarm");

    readonly TempFolder _folder = new();
    readonly Dictionary<string, string> _environment;

    public Studio()
    {
        _environment = new() { ["STYLEFARM_CACHE"] = _folder["cache"], ["STYLEFARM_WEIGHTS_URL"] = "" };
        ImageFile.Save(Pictures.Gradient(64, 48), _folder["content.png"]);
        ImageFile.Save(Pictures.Noise(60, 50), _folder["style.png"]);
    }

    /// <summary>The folder of the executable: of the same build as these tests, on whichever actor runtime.</summary>
    public static string Programs => System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "../../Cli/release"));

    public string this[string name] => _folder[name];

    /// <summary>The folder itself.</summary>
    public string Path => _folder.Path;

    /// <summary>The only cell below the state folder.</summary>
    public string Cell => Assert.Single(Directory.GetDirectories(_folder["state/cells"]));

    /// <summary>Runs a command to its end.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        using var run = Start(arguments);
        return await run.EndAsync();
    }

    /// <summary>Starts a command.</summary>
    public CliRun Start(params string[] arguments) => new(Program, arguments, Path, _environment);

    /// <summary>Starts another program that calls the executable, whose path it finds in $STYLEFARM.</summary>
    public CliRun StartOther(string program, params string[] arguments) =>
        new(program, arguments, Path, new Dictionary<string, string>(_environment) { ["STYLEFARM"] = Program });

    /// <summary>Stylizes content.png with style.png into out.png: 48 px, 3 steps, one thread, unless these options say otherwise.</summary>
    public Task<CliResult> StylizeAsync(params string[] options) => RunAsync(Command(options));

    /// <summary>The command of <see cref="StylizeAsync"/>.</summary>
    public static string[] Command(params string[] options) => Of(["content.png", "style.png"], options);

    /// <summary>The same command with other pictures.</summary>
    public static string[] Of(string[] pictures, params string[] options)
    {
        var command = new List<string> { "stylize" };
        command.AddRange(pictures);
        command.AddRange(options);
        AddDefault("-o", "out.png");
        AddDefault("--size", "48");
        AddDefault("--steps", "3");
        AddDefault("--weights", Seeded);
        AddDefault("--threads", "1");
        AddDefault("--state", "state");
        return [.. command];

        void AddDefault(string option, string value)
        {
            if (!command.Contains(option)) command.AddRange([option, value]);
        }
    }

    /// <summary>The size of a picture here.</summary>
    public string SizeOf(string name) => ImageFile.Probe(_folder[name]).Size.ToString();

    /// <summary>The JSON object in a file here.</summary>
    public JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(_folder[name]))!.AsObject();

    /// <summary>Loss reports as lines, without the one field that tells time.</summary>
    public static string[] TimelessLines(string path) => [.. File.ReadLines(path).Select(line =>
    {
        var report = JsonNode.Parse(line)!.AsObject();
        Assert.True(report.Remove("ms"));
        return report.ToJsonString();
    })];

    /// <summary>Puts a file here.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder[name], bytes);
        return name;
    }

    public void Dispose() => _folder.Dispose();
}
