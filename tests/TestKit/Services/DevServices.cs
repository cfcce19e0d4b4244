using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StyleFarm.TestKit.Services;

/// <summary>
/// Private servers for the tests of one process, each started when the first test asks for it and taken down with the process, however
/// that ends. Meant as an assembly fixture. With STYLEFARM_SERVICES_DIR they are those of that folder, and stay up: tests use names of
/// their own in them. Tests are skipped where a server is absent, and fail under CI or with STYLEFARM_REQUIRE_SERVICES=1.
/// </summary>
public sealed class DevServices : IAsyncDisposable
{
    const string FolderVariable = "STYLEFARM_SERVICES_DIR";

    // The script's exit code for what cannot be had.
    const int NotInstalled = 3;

    readonly ConcurrentDictionary<Service, Lazy<Task<ServiceAddress>>> _started = new();
    readonly bool _isShared;
    readonly int _rabbitNodes;

    public DevServices()
        : this(Environment.GetEnvironmentVariable(FolderVariable))
    {
    }

    DevServices(string? sharedFolder, int rabbitNodes = 1)
    {
        (_isShared, _rabbitNodes) = (sharedFolder is not null, rabbitNodes);
        // The servers' own users must be able to enter it, which temporary folders do not allow.
        Folder = sharedFolder ?? Path.Combine(Path.GetTempPath(), $"stylefarm-services-{Environment.ProcessId}-{Guid.NewGuid():N}");
    }

    /// <summary>Servers for one test, which may kill them.</summary>
    /// <param name="rabbitNodes">1 or 3.</param>
    public static DevServices Own(int rabbitNodes = 1) => new(null, rabbitNodes);

    /// <summary>Where their state, their logs and the files with their process ids lie.</summary>
    public string Folder { get; }

    /// <summary>Whether the absence of a server is a failure here.</summary>
    public static bool AreRequired => IsSet("CI") || IsSet("STYLEFARM_REQUIRE_SERVICES");

    /// <summary>Starts a server, if it is not up yet.</summary>
    /// <exception cref="ServiceAbsentException">It cannot be had: the test is skipped, or fails.</exception>
    public Task<ServiceAddress> StartAsync(Service service) =>
        _started.GetOrAdd(service, one => new Lazy<Task<ServiceAddress>>(() => UpAsync(one))).Value;

    /// <summary>Ends a server with kill -9.</summary>
    /// <param name="server">rabbitmq, rabbitmq1 (2, 3), postgres or s3.</param>
    public Task KillAsync(string server) => DoneAsync("kill", server);

    /// <summary>Starts a server that was killed.</summary>
    public Task ReviveAsync(string server) => DoneAsync("up", server);

    /// <summary>Stops a server in good order and starts it again.</summary>
    public Task RestartAsync(string server) => DoneAsync("restart", server);

    /// <summary>Stops a server's processes where they stand; <see cref="ThawAsync"/> lets them go on.</summary>
    public Task FreezeAsync(string server) => DoneAsync("freeze", server);

    /// <summary>Lets frozen processes go on.</summary>
    public Task ThawAsync(string server) => DoneAsync("thaw", server);

    /// <summary>Takes down what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isShared || !Directory.Exists(Folder)) return;
        await DoneAsync("down");
        Directory.Delete(Folder, recursive: true);
    }

    async Task<ServiceAddress> UpAsync(Service service)
    {
        string[] during = _isShared ? [] : ["--while", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        string[] nodes = service == Service.RabbitMq && !_isShared
            ? ["--rabbit-nodes", _rabbitNodes.ToString(CultureInfo.InvariantCulture)] : [];
        var (code, output) = await RunAsync(["up", NameOf(service), .. nodes, .. during]);
        if (code == NotInstalled) throw new ServiceAbsentException(output, AreRequired);
        if (code != 0) throw new InvalidOperationException(output);
        var environment = ReadEnvironment(Path.Combine(Folder, "services.env"));
        return new ServiceAddress(environment[VariableOf(service)], environment);
    }

    async Task DoneAsync(string verb, params string[] server)
    {
        var (code, output) = await RunAsync([verb, .. server]);
        if (code != 0) throw new InvalidOperationException($"{verb} {string.Join(' ', server)}: {output}");
    }

    async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Checkout.PathOf("scripts", "dev-services", "dev-services.sh"), .. arguments, "--dir", Folder])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var said = new StringBuilder();
        using var script = Process.Start(start)!;
        script.OutputDataReceived += (_, _) => { };
        script.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        script.BeginOutputReadLine();
        script.BeginErrorReadLine();
        await script.WaitForExitAsync();
        return (script.ExitCode, said.ToString().Trim());
    }

    static Dictionary<string, string> ReadEnvironment(string path) =>
        File.ReadLines(path).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('\''));

    static string NameOf(Service service) => service switch
    {
        Service.RabbitMq => "rabbitmq",
        Service.Postgres => "postgres",
        _ => "s3",
    };

    static string VariableOf(Service service) => service switch
    {
        Service.RabbitMq => "STYLEFARM_FABRIC",
        Service.Postgres => "STYLEFARM_JOURNAL",
        _ => "STYLEFARM_STORE",
    };

    static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text && text is not ("0" or "false");
}
