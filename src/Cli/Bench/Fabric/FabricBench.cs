using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Bench.Fabric;

/// <summary>What one window gave, in one direction.</summary>
/// <param name="To">Whose mailbox: <c>coordinator</c> is a quorum queue, <c>node</c> a queue of its own connection.</param>
/// <param name="Window">Messages that were on their way unconfirmed, at most.</param>
/// <param name="ConfirmedPerSecond">How many the broker confirmed.</param>
/// <param name="DeliveredPerSecond">How many the listener had.</param>
sealed record FabricRate(string To, int Window, double ConfirmedPerSecond, double DeliveredPerSecond);

/// <summary>How long it takes from Tell to Receive and back, one message at a time.</summary>
sealed record FabricRoundTrip(int Count, double MedianMilliseconds, double P99Milliseconds, double MaxMilliseconds);

/// <summary>Measures a broker with two connections of a farm of its own: one as coordinator, one as node.</summary>
/// <param name="Address">The broker.</param>
/// <param name="Messages">Messages to each measurement.</param>
/// <param name="Clock">The time.</param>
sealed record FabricBench(RabbitAddress Address, int Messages, TimeProvider Clock)
{
    const string Node = "node.bench";
    const int BodyBytes = 256;
    const int Seed = 1;

    // Fewer than what a fabric keeps waiting, so that nothing is dropped.
    const int Ahead = RabbitFabric.QueueLimit / 2;

    /// <summary>Messages a second, to either kind of queue.</summary>
    public async Task<IReadOnlyList<FabricRate>> RatesAsync(int window, CancellationToken cancellation)
    {
        await using var coordinator = await ConnectAsync(window, cancellation);
        await using var node = await ConnectAsync(window, cancellation);
        return
        [
            await RateAsync("coordinator", IFabric.Coordinator, coordinator, node, window, cancellation),
            await RateAsync("node", Node, node, coordinator, window, cancellation),
        ];
    }

    /// <summary>Round trips between a node and the coordinator.</summary>
    public async Task<FabricRoundTrip> RoundTripsAsync(int window, CancellationToken cancellation)
    {
        await using var coordinator = await ConnectAsync(window, cancellation);
        await using var node = await ConnectAsync(window, cancellation);
        var back = new SemaphoreSlim(0);
        using var echo = coordinator.Listen(IFabric.Coordinator, new Ear(message => coordinator.Send(IFabric.Coordinator, Node, message)));
        using var ear = node.Listen(Node, new Ear(_ => back.Release()));
        var times = new double[Messages];
        for (var i = -Messages / 10; i < Messages; i++)
        {
            var began = Clock.GetTimestamp();
            node.Send(Node, IFabric.Coordinator, Message());
            await back.WaitAsync(cancellation);
            // The first tenth warms up.
            if (i >= 0) times[i] = Clock.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return new FabricRoundTrip(Messages, times[Messages / 2], times[(int)(Messages * 0.99)], times[^1]);
    }

    /// <summary>Takes away what the measurements have left on the broker.</summary>
    public Task CleanAsync() => RabbitFabric.RemoveFarmAsync(Address, Options(1), CancellationToken.None);

    async Task<FabricRate> RateAsync(
        string name, string address, RabbitFabric to, RabbitFabric from, int window, CancellationToken cancellation)
    {
        var came = new SemaphoreSlim(0);
        using var handle = to.Listen(address, new Ear(_ => came.Release()));
        // It comes when the queue is there.
        to.Send(address, address, Message());
        await came.WaitAsync(cancellation);

        var (before, began) = (from.Counters.Confirmed, Clock.GetTimestamp());
        for (var i = 0; i < Messages; i++)
        {
            if (i >= Ahead) await came.WaitAsync(cancellation);
            from.Send("node.sender", address, Message());
        }

        for (var i = 0; i < Math.Min(Ahead, Messages); i++) await came.WaitAsync(cancellation);
        var delivered = Clock.GetElapsedTime(began).TotalSeconds;
        while (from.Counters.Confirmed - before < Messages) await Task.Delay(TimeSpan.FromMilliseconds(1), Clock, cancellation);
        return new FabricRate(name, window, Messages / Clock.GetElapsedTime(began).TotalSeconds, Messages / delivered);
    }

    Task<RabbitFabric> ConnectAsync(int window, CancellationToken cancellation) =>
        RabbitFabric.ConnectAsync(Address, Options(window), cancellation);

    RabbitOptions Options(int window) => new() { Clock = Clock, Random = new Random(Seed), Name = "bench", Window = window };

    static NodeHello Message() => new() { Node = new NodeId("bench"), Incarnation = "1", Version = new string('x', BodyBytes - 100) };

    sealed class Ear(Action<WireMessage> hear) : IFabricListener
    {
        public void Delivered(string from, WireMessage message) => hear(message);

        public void Returned(string to, WireMessage message) => throw new InvalidOperationException($"{to} does not listen");
    }
}
