using System.Diagnostics;
using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>A farm of several processes on real servers: a schema, a prefix in the bucket and queues of its own on them.</summary>
sealed class ClusterStudio : IDisposable
{
    readonly FarmStudio _studio = new();
    readonly List<CliRun> _running = [];
    readonly List<string> _servers = [];

    ClusterStudio(ServiceAddress fabric, ServiceAddress journal, ServiceAddress store)
    {
        var name = $"farm_{Guid.NewGuid():N}"[..16];
        (Journal, Schema, Prefix) = (With(journal.Url, $"schema={name}"), name, name);
        Store = store.Url.Replace("?", $"/{name}?", StringComparison.Ordinal);
        Environment = new Dictionary<string, string>(store.Environment)
        {
            ["STYLEFARM_FABRIC"] = With(fabric.Url, $"farm={name}"),
            ["STYLEFARM_JOURNAL"] = Journal,
            ["STYLEFARM_STORE"] = Store,
        };

        static string With(string url, string query) => url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;
    }

    /// <summary>The folder with the user's files.</summary>
    public FarmStudio Files => _studio;

    public string Journal { get; }

    public string Schema { get; }

    public string Prefix { get; }

    public string Store { get; }

    public Dictionary<string, string> Environment { get; }

    /// <summary>A farm without any process yet.</summary>
    public static async Task<ClusterStudio> OpenAsync(DevServices services) => new(await services.StartAsync(Service.RabbitMq),
        await services.StartAsync(Service.Postgres), await services.StartAsync(Service.S3));

    /// <summary>Starts a coordinator, and waits until it listens.</summary>
    public async Task<CliRun> ServeAsync(string name)
    {
        var run = Start("serve", "--name", name, "--state", $"state-{name}", "--listen", "http://127.0.0.1:0");
        var line = await run.ReadUntilAsync(line => line.Contains("listens on ", StringComparison.Ordinal));
        Assert.NotNull(line);
        _servers.Add(line[(line.IndexOf("listens on ", StringComparison.Ordinal) + "listens on ".Length)..]);
        return run;
    }

    /// <summary>Starts nodes, and waits until they render.</summary>
    public async Task<IReadOnlyList<CliRun>> NodesAsync(params string[] names)
    {
        CliRun[] runs = [.. names.Select(name => Start("node", "--name", name, "--state", "state-nodes", "--weights", "seeded:1", "--threads", "1", "--device", "cpu"))];
        foreach (var run in runs) Assert.NotNull(await run.ReadUntilAsync(line => line.Contains(" renders on ", StringComparison.Ordinal)));
        return runs;
    }

    /// <summary>Hands a job over and waits for its end.</summary>
    public CliRun Submit(params string[] command)
    {
        List<string> words = ["submit", .. command.Where(word => word != "--json"), "--server", string.Join(',', _servers), "--wait"];
        return Start([.. words]);
    }

    /// <summary>Runs another command that speaks with the servers.</summary>
    public async Task<CliResult> AskAsync(params string[] command)
    {
        using var run = Start([.. command, "--server", string.Join(',', _servers)]);
        return await run.EndAsync();
    }

    /// <summary>Starts any command, with the services' addresses as variables.</summary>
    public CliRun Start(params string[] command)
    {
        var run = new CliRun(Path.Combine(Studio.Programs, "stylefarm"), command, Path.GetDirectoryName(_studio["content.png"])!, Environment);
        _running.Add(run);
        return run;
    }

    /// <summary>Reads on until a process says this, and gives the time that took.</summary>
    public static async Task<TimeSpan> UntilAsync(CliRun run, string words)
    {
        var watch = Stopwatch.StartNew();
        if (await run.ReadUntilAsync(line => line.Contains(words, StringComparison.Ordinal)) is null)
        {
            var ended = await run.EndAsync();
            Assert.Fail($"ended with {ended.Code} before it said '{words}'\n{ended.Text}\n{string.Join('\n', ended.Errors)}");
        }

        return watch.Elapsed;
    }

    public void Dispose()
    {
        foreach (var run in _running) run.Dispose();
        _studio.Dispose();
    }
}
