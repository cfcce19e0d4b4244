using System.Collections.Concurrent;
using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>
/// Two coordinators and three nodes, each in a network namespace of its own, on real servers behind gates that can spoil what goes through.
/// Whoever audits reaches the servers past the gates.
/// </summary>
sealed class ChaosFarm : IAsyncDisposable
{
    /// <summary>Steps between checkpoints.</summary>
    public const int Interval = 10;

    const string Token = "chaos";

    readonly NetworkRooms _rooms = new();
    readonly ServiceAddress _journal;
    readonly ServiceAddress _store;

    ChaosFarm(DevServices services, ServiceAddress fabric, ServiceAddress journal, ServiceAddress store)
    {
        (Services, _journal, _store) = (services, journal, store);
        Broker = new TcpGate(_rooms.Outside, PortOf(fabric.Url));
        Database = new TcpGate(_rooms.Outside, PortOf(journal.Url));
        StoreGate = new FaultyGate(PortOf(store.Url), (method, path) => StoreFault?.Invoke(method, path), address: _rooms.Outside)
        {
            Answered = Traffic.Note,
        };
        Schema = $"chaos_{Guid.NewGuid():N}"[..16];
        var environment = new Dictionary<string, string>(store.Environment)
        {
            ["STYLEFARM_TOKEN"] = Token,
            ["STYLEFARM_FABRIC"] = Behind(fabric.Url, Broker.At.ToString()) + $"?farm={Schema}",
            ["STYLEFARM_JOURNAL"] = Behind(journal.Url, Database.At.ToString()) + $"?schema={Schema}",
            ["STYLEFARM_STORE"] = Behind(Store, StoreGate.Url.Authority),
        };
        Servers = [.. new[] { "one", "two" }.Select(name => Seat(name, environment, room =>
            ["serve", "--name", name, "--state", $"state-{name}", "--listen", $"http://{room.Address}:7878"]))];
        Nodes = [.. new[] { "a", "b", "c" }.Select(name => Seat(name, environment, _ =>
            ["node", "--name", name, "--state", "state-nodes", "--weights", "seeded:1", "--threads", "1", "--device", "cpu"]))];
        Environment = new Dictionary<string, string>
        {
            ["STYLEFARM_TOKEN"] = Token,
            ["STYLEFARM_SERVER"] = string.Join(',', Servers.Select(server => $"http://{server.Room.Address}:7878")),
        };
    }

    /// <summary>The user's folder.</summary>
    public FarmStudio Files { get; } = new();

    public DevServices Services { get; }

    public TcpGate Broker { get; }

    public TcpGate Database { get; }

    public FaultyGate StoreGate { get; }

    /// <summary>What becomes of requests to the store; null: all are passed on.</summary>
    public Func<string, string, GateFault?>? StoreFault { get; set; }

    /// <summary>What went through to the store.</summary>
    public StoreTraffic Traffic { get; } = new();

    public IReadOnlyList<ChaosSeat> Servers { get; }

    public IReadOnlyList<ChaosSeat> Nodes { get; }

    public IEnumerable<ChaosSeat> Seats => Servers.Concat(Nodes);

    /// <summary>The journal's tables.</summary>
    public string Schema { get; }

    /// <summary>The database itself, past the gate.</summary>
    public string Journal => _journal.Url;

    /// <summary>The store itself, past the gate: this farm's part of the bucket.</summary>
    public string Store => _store.Url.Replace("?", $"/{Schema}?", StringComparison.Ordinal);

    /// <summary>The variables of the servers, with the keys of the store.</summary>
    public IReadOnlyDictionary<string, string> Keys => _store.Environment;

    /// <summary>The variables of a user who gives orders.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Starts the servers, and then all of the farm.</summary>
    public static async Task<ChaosFarm> OpenAsync(DevServices services)
    {
        var farm = new ChaosFarm(services, await services.StartAsync(Service.RabbitMq), await services.StartAsync(Service.Postgres),
            await services.StartAsync(Service.S3));
        foreach (var seat in farm.Seats) seat.Start();
        return farm;
    }

    /// <summary>Gives an order, as a user does.</summary>
    public async Task<CliResult> AskAsync(params string[] command)
    {
        using var run = new CliRun(Path.Combine(Studio.Programs, "stylefarm"), command, Files["."], Environment);
        return await run.EndAsync();
    }

    /// <summary>The last that everybody said.</summary>
    public string Tails() => string.Join('\n', Seats.Select(seat => $"--- {seat.Name}\n{seat.Tail(12)}"));

    public async ValueTask DisposeAsync()
    {
        Broker.Release();
        Database.Release();
        foreach (var seat in Seats) seat.Dispose();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
        await StoreGate.DisposeAsync();
        _rooms.Dispose();
        Files.Dispose();
    }

    ChaosSeat Seat(string name, Dictionary<string, string> environment, Func<NetworkRoom, string[]> command)
    {
        var room = _rooms.Add();
        return new ChaosSeat(name, room, Files["."], command(room), environment);
    }

    static int PortOf(string url) => new Uri(HostOf(url)).Port;

    static string Behind(string url, string gate) => url.Replace(new Uri(HostOf(url)).Authority, gate, StringComparison.Ordinal);

    // The store's host stands in the query.
    static string HostOf(string url) => url.Split("endpoint=") is [_, var store] ? store.Split('&')[0] : url;
}

/// <summary>Which checkpoints the store has answered for, and when; seen on the way, and of no one's telling.</summary>
sealed class StoreTraffic
{
    readonly ConcurrentQueue<StoredCheckpoint> _checkpoints = new();

    /// <summary>In the order in which they were stored.</summary>
    public IReadOnlyCollection<StoredCheckpoint> Checkpoints => _checkpoints;

    /// <summary>A request was answered.</summary>
    public void Note(string method, string path, int status)
    {
        const string Folder = "/checkpoints/";
        var at = path.IndexOf(Folder, StringComparison.Ordinal);
        if (method != "PUT" || status != 200 || at < 0) return;
        var name = path[(at + Folder.Length)..].Split('.');
        _checkpoints.Enqueue(new StoredCheckpoint(TimeProvider.System.GetTimestamp(), path[..at].Split('/')[^1],
            int.Parse(name[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(name[1], System.Globalization.CultureInfo.InvariantCulture)));
    }
}

/// <summary>A checkpoint in the store.</summary>
/// <param name="At">A timestamp of this process.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Attempt">Whose.</param>
readonly record struct StoredCheckpoint(long At, string Cell, int Step, int Attempt);
