using System.Text.Json;
using StyleFarm.Backends.Cluster;
using StyleFarm.GpuNode;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>What nodes of a bench have found out.</summary>
/// <param name="Utilisation">0 to 1: the share of time in which they had work.</param>
/// <param name="IdleMedianMilliseconds">From one shard to the next.</param>
/// <param name="IdleP99Milliseconds">From one shard to the next.</param>
/// <param name="CpuSeconds">Processor time of their process, from when all were there; 0 where they share the coordinator's.</param>
/// <param name="LostMessages">Messages that overflowed on their side.</param>
/// <param name="Reconnects">Connections that were lost and made again.</param>
/// <param name="Connections">How many they had with the broker.</param>
sealed record NodesFigures(
    double Utilisation, double IdleMedianMilliseconds, double IdleP99Milliseconds, double CpuSeconds, long LostMessages, long Reconnects,
    int Connections)
{
    public string ToLine() => JsonSerializer.Serialize(this);

    public static NodesFigures FromLine(string line) => JsonSerializer.Deserialize<NodesFigures>(line)!;
}

/// <summary>The real node actors, many in one process, with devices that only take their time.</summary>
sealed class PaperNodes : IAsyncDisposable
{
    const int DialAtOnce = 8;

    readonly ActorSystem _system;
    readonly WorkMeter _work;
    readonly RabbitFabric[] _connections;

    PaperNodes(ActorSystem system, WorkMeter work, RabbitFabric[] connections) =>
        (_system, _work, _connections) = (system, work, connections);

    /// <summary>Nodes of one process that share its fabric.</summary>
    public static PaperNodes Start(int count, ShardPace pace, IFabric fabric, TimeProvider clock) =>
        Start(count, pace, _ => fabric, [], clock);

    /// <summary>Nodes that have a connection each with a broker.</summary>
    public static async Task<PaperNodes> ConnectAsync(
        int count, ShardPace pace, RabbitAddress broker, Func<IFabric, IFabric> meter, TimeProvider clock, CancellationToken cancellation)
    {
        var connections = new RabbitFabric[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = DialAtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, count, options, async (i, stop) => connections[i] = await RabbitFabric.ConnectAsync(
            broker, new RabbitOptions { Clock = clock, Random = new Random(i), Name = NameOf(i) }, stop)).ConfigureAwait(false);
        return Start(count, pace, i => meter(connections[i]), connections, clock);
    }

    /// <summary>What they have found out so far.</summary>
    public NodesFigures Figures(TimeSpan cpu)
    {
        var counters = _connections.Select(connection => connection.Counters).ToList();
        return new NodesFigures(_work.Utilisation(), _work.GapMilliseconds(0.5), _work.GapMilliseconds(0.99), cpu.TotalSeconds,
            counters.Sum(counter => counter.Dropped), counters.Sum(counter => counter.Reconnects), _connections.Length);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        await Parallel.ForEachAsync(_connections, (connection, _) => connection.DisposeAsync()).ConfigureAwait(false);
    }

    static PaperNodes Start(int count, ShardPace pace, Func<int, IFabric> fabricOf, RabbitFabric[] connections, TimeProvider clock)
    {
        var (system, work) = (ActorSystems.Create("bench-nodes", clock), new WorkMeter(count, clock));
        for (var i = 0; i < count; i++)
        {
            var (number, options) = (i, new NodeOptions
            {
                Node = new NodeId(NameOf(i)), Incarnation = "1", WeightsHash = "w", MemoryBytes = 1L << 40,
            });
            system.ActorOf(GpuNodeActor.PropsOf(
                options, fabricOf(i), () => new PacedEngine(pace, new Random(number), clock, isBusy => work.Note(number, isBusy)), clock,
                _ => { }));
        }

        return new PaperNodes(system, work, connections);
    }

    static string NameOf(int number) => $"n{number:D4}";
}
