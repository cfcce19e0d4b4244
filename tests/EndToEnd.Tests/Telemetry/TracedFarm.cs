using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;

namespace StyleFarm.EndToEnd.Tests.Telemetry;

/// <summary>A farm in one process, as `stylefarm serve` is without addresses, that sends traces and metrics to a collector.</summary>
sealed class TracedFarm : IDisposable
{
    readonly FarmStudio _studio = new();
    readonly List<CliRun> _running = [];
    readonly Dictionary<string, string> _environment;
    CliRun _serve = null!;
    string _server = "";

    /// <param name="collector">The collector's URL.</param>
    /// <param name="environment">Variables for all processes.</param>
    public TracedFarm(string collector, params (string Name, string Value)[] environment)
    {
        _environment = new(environment.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)))
        {
            ["STYLEFARM_CACHE"] = _studio["cache"],
            ["STYLEFARM_WEIGHTS_URL"] = "",
            ["STYLEFARM_OTLP"] = collector,
        };
    }

    /// <summary>The folder with the user's files.</summary>
    public FarmStudio Files => _studio;

    /// <summary>Starts the server, and waits until it leads.</summary>
    public async Task BeginAsync()
    {
        _serve = Start([], "serve", "--listen", "http://127.0.0.1:0", "--state", "state", "--weights", "seeded:1", "--threads", "1", "--device", "cpu");
        var line = await _serve.ReadUntilAsync(line => line.Contains("listens on ", StringComparison.Ordinal));
        Assert.NotNull(line);
        _server = line[(line.IndexOf("listens on ", StringComparison.Ordinal) + "listens on ".Length)..];
        Assert.NotNull(await _serve.ReadUntilAsync(line => line.EndsWith(" leads", StringComparison.Ordinal)));
    }

    /// <summary>Hands a job over and waits until it is done.</summary>
    public async Task<CliResult> SubmitAsync(string[] command, params (string Name, string Value)[] environment) => (await Start(environment,
        ["submit", .. command.Where(word => word != "--json"), "--server", _server, "--wait"]).EndAsync()).Succeeds();

    /// <summary>Ends the server in order.</summary>
    public async Task<CliResult> EndAsync()
    {
        _serve.Signal("TERM");
        return (await _serve.EndAsync()).Succeeds();
    }

    public void Dispose()
    {
        foreach (var run in _running) run.Dispose();
        _studio.Dispose();
    }

    CliRun Start((string Name, string Value)[] environment, params string[] command)
    {
        var all = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in environment) all[name] = value;
        var run = new CliRun(Path.Combine(Studio.Programs, "stylefarm"), command, Path.GetDirectoryName(_studio["content.png"])!, all);
        _running.Add(run);
        return run;
    }
}
