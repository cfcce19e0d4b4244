using RabbitMQ.Client;

namespace StyleFarm.Backends.Cluster;

/// <summary>Does once what will be needed later, so that a permission that lacks is named at the start.</summary>
static class RabbitProbe
{
    public static async Task RunAsync(IConnection connection, RabbitParts parts)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null));
        var queue = parts.Topology.HearingOf($"probe.{Guid.CreateVersion7():N}");
        await RabbitTopology.DeclareAsync(channel, queue);
        await channel.BasicPublishAsync("", queue.Name, mandatory: true, ReadOnlyMemory<byte>.Empty);
        await channel.BasicPublishAsync(parts.Topology.Telemetry, "probe", mandatory: false, ReadOnlyMemory<byte>.Empty);
        await channel.BasicGetAsync(queue.Name, autoAck: true);
        await channel.QueueDeleteAsync(queue.Name);
        await channel.CloseAsync();
    }
}
