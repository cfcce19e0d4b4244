using RabbitMQ.Client;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>A queue as it is declared.</summary>
/// <param name="Name">Its name on the broker.</param>
/// <param name="IsShared">Whether it outlives its listener and others may listen too; else it is its connection's own.</param>
/// <param name="Arguments">How it is bounded.</param>
/// <param name="BoundTo">The exchange that it hears everything from; null for none.</param>
sealed record RabbitQueue(string Name, bool IsShared, IDictionary<string, object?> Arguments, string? BoundTo = null);

/// <summary>
/// The names of a farm's queues and its exchange. Only quorum queues and a connection's own queues are declared: a durable classic queue
/// of a broker that is down would keep everybody out.
/// </summary>
sealed class RabbitTopology(string farm)
{
    /// <summary>Messages that wait for a listener on the broker, at most.</summary>
    const int LongestQueue = 50_000;

    /// <summary>What is older is being repeated by its sender, or is of no use.</summary>
    const int LongestLifeMilliseconds = 60_000;

    const int LongestOwnQueue = 4096;
    const int LongestHearing = 1024;
    const int LongestDeadLetters = 1000;

    readonly string _prefix = farm.Length > 0 ? farm + "." : "";

    /// <summary>The exchange of loss reports.</summary>
    public string Telemetry => _prefix + "telemetry";

    /// <summary>What nobody could understand, for people to look at.</summary>
    public RabbitQueue DeadLetters => new(_prefix + "dead-letters", IsShared: true, Quorum(LongestDeadLetters));

    /// <summary>The coordinator's mailbox, which outlives coordinators.</summary>
    public RabbitQueue Coordinator => MailboxOf(IFabric.Coordinator);

    /// <summary>The queue of an address.</summary>
    public string NameOf(string address) => _prefix + address;

    /// <summary>The mailbox of an address.</summary>
    public RabbitQueue MailboxOf(string address)
    {
        if (address != IFabric.Coordinator) return new RabbitQueue(NameOf(address), IsShared: false, Own(LongestOwnQueue));
        var arguments = Quorum(LongestQueue);
        arguments["x-message-ttl"] = LongestLifeMilliseconds;
        return new RabbitQueue(NameOf(address), IsShared: true, arguments);
    }

    /// <summary>Where one process hears loss reports.</summary>
    public RabbitQueue HearingOf(string instance) =>
        new($"{_prefix}hearing.{instance}", IsShared: false, Own(LongestHearing), Telemetry);

    /// <summary>Declares what is there before anybody listens.</summary>
    public async Task DeclareAsync(IChannel channel)
    {
        await channel.ExchangeDeclareAsync(Telemetry, ExchangeType.Topic, durable: true, autoDelete: false);
        await DeclareAsync(channel, Coordinator);
        await DeclareAsync(channel, DeadLetters);
    }

    /// <summary>Deletes what was declared.</summary>
    public async Task DeleteAsync(IChannel channel)
    {
        foreach (var queue in (RabbitQueue[])[Coordinator, DeadLetters])
            await channel.QueueDeleteAsync(queue.Name, ifUnused: false, ifEmpty: false);
        await channel.ExchangeDeleteAsync(Telemetry);
    }

    /// <summary>Declares one queue.</summary>
    public static async Task DeclareAsync(IChannel channel, RabbitQueue queue)
    {
        await channel.QueueDeclareAsync(
            queue.Name, durable: queue.IsShared, exclusive: !queue.IsShared, autoDelete: !queue.IsShared, queue.Arguments);
        if (queue.BoundTo is { } exchange) await channel.QueueBindAsync(queue.Name, exchange, "telemetry.#");
    }

    static Dictionary<string, object?> Quorum(int limit) =>
        new() { ["x-queue-type"] = "quorum", ["x-max-length"] = limit, ["x-overflow"] = "drop-head" };

    static Dictionary<string, object?> Own(int limit) => new() { ["x-max-length"] = limit, ["x-overflow"] = "drop-head" };
}
