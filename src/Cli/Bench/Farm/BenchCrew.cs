using System.Text.Json.Nodes;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>The simulated nodes of a bench, and the fabric on which the coordinator reaches them.</summary>
interface IBenchCrew
{
    /// <summary>The coordinator's.</summary>
    IFabric Fabric { get; }

    /// <summary>Starts the nodes.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Ends the nodes and gives what they have found out.</summary>
    Task<NodesFigures> EndAsync(CancellationToken cancellation);

    /// <summary>Adds what is known of nodes and messages to the figures of a bench.</summary>
    /// <param name="all">The figures.</param>
    /// <param name="nodes">What nodes have found out.</param>
    /// <param name="began">When the job was submitted.</param>
    /// <param name="seconds">How long it took.</param>
    void Describe(JsonObject all, NodesFigures nodes, long began, double seconds);
}

/// <summary>All within this process.</summary>
sealed class LocalCrew(FarmBench bench, LocalFabric fabric, TimeProvider clock) : IBenchCrew
{
    PaperNodes? _nodes;

    public IFabric Fabric => fabric;

    public Task StartAsync(CancellationToken cancellation)
    {
        _nodes = PaperNodes.Start(bench.Nodes, bench.Pace, fabric, clock);
        return Task.CompletedTask;
    }

    public async Task<NodesFigures> EndAsync(CancellationToken cancellation)
    {
        await _nodes!.DisposeAsync().ConfigureAwait(false);
        return _nodes.Figures(TimeSpan.Zero);
    }

    public void Describe(JsonObject all, NodesFigures nodes, long began, double seconds)
    {
        all["fabric"] = "local";
        CrewFigures.Add(all, nodes, fabric.LostMessages);
    }
}

/// <summary>Nodes in another process, each with a connection of its own to a broker.</summary>
sealed class BrokerCrew : IBenchCrew, IAsyncDisposable
{
    const string CoordinatorName = "bench-coordinator";

    readonly FlightLog _left = new();
    readonly FlightLog _came = new();
    readonly FarmBench _bench;
    readonly RabbitAddress _address;
    readonly RabbitFabric _connection;
    readonly TimeProvider _clock;
    NodesProcess? _nodes;
    FlightLog _nodesLeft = new();
    FlightLog _nodesCame = new();

    BrokerCrew(FarmBench bench, RabbitAddress address, RabbitFabric connection, TimeProvider clock)
    {
        (_bench, _address, _connection, _clock) = (bench, address, connection, clock);
        Fabric = new MeteredFabric(connection, _left, _came, clock);
    }

    public IFabric Fabric { get; }

    /// <summary>Connects the coordinator.</summary>
    public static async Task<BrokerCrew> ConnectAsync(FarmBench bench, string fabric, TimeProvider clock, CancellationToken cancellation)
    {
        var address = RabbitAddress.Parse(fabric) with { Farm = $"bench-{Environment.ProcessId}" };
        return new BrokerCrew(
            bench, address, await RabbitFabric.ConnectAsync(address, Options(clock), cancellation).ConfigureAwait(false), clock);
    }

    public async Task StartAsync(CancellationToken cancellation) => _nodes =
        await NodesProcess.StartAsync(_bench.Nodes, _bench.Pace, _bench.Fabric!, _address.Farm, cancellation).ConfigureAwait(false);

    public async Task<NodesFigures> EndAsync(CancellationToken cancellation)
    {
        (var figures, _nodesLeft, _nodesCame) = await _nodes!.EndAsync(cancellation).ConfigureAwait(false);
        return figures;
    }

    public void Describe(JsonObject all, NodesFigures nodes, long began, double seconds)
    {
        all["fabric"] = _address.ToString();
        CrewFigures.Add(all, nodes, _connection.Counters.Dropped + nodes.LostMessages);
        all["coordinator_cpu"] = all["process_cpu_seconds"]!.GetValue<double>() / seconds;
        all["nodes_cpu"] = nodes.CpuSeconds / seconds;
        all["connections"] = nodes.Connections + 1;
        all["reconnects"] = _connection.Counters.Reconnects + nodes.Reconnects;
        var (up, down) = (_nodesLeft.TimesTo(_came, began), _left.TimesTo(_nodesCame, began));
        all["messages_per_second"] = (up.Count + down.Count) / seconds;
        Took(all, "to_coordinator", up);
        Took(all, "to_node", down);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null) await _nodes.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await RabbitFabric.RemoveFarmAsync(_address, Options(_clock), CancellationToken.None).ConfigureAwait(false);
    }

    void Took(JsonObject all, string name, List<long> ticks)
    {
        foreach (var (quantile, share) in (ReadOnlySpan<(string, double)>)[("median", 0.5), ("p99", 0.99), ("max", 1)])
            all[$"{name}_ms_{quantile}"] = _clock.GetElapsedTime(0, Quantile.Of(ticks, share)).TotalMilliseconds;
    }

    static RabbitOptions Options(TimeProvider clock) => new() { Clock = clock, Random = new Random(1), Name = CoordinatorName };
}

/// <summary>What every crew can tell.</summary>
static class CrewFigures
{
    public static void Add(JsonObject all, NodesFigures nodes, long lostMessages)
    {
        all["utilisation"] = nodes.Utilisation;
        all["idle_ms_median"] = nodes.IdleMedianMilliseconds;
        all["idle_ms_p99"] = nodes.IdleP99Milliseconds;
        all["lost_messages"] = lostMessages;
    }
}
