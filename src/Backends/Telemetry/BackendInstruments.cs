using System.Diagnostics.Metrics;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Backends.Telemetry;

/// <summary>Metrics of what farms are built on. Cost next to nothing while nobody listens.</summary>
static class BackendInstruments
{
    static readonly Meter Meter = new("StyleFarm.Backends");

    static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("stylefarm.fabric.messages", "{message}", "Messages, by what became of them.");

    static readonly Counter<long> Reconnects =
        Meter.CreateCounter<long>("stylefarm.fabric.reconnects", "{connection}", "How often the connection to the broker was made again.");

    static readonly Counter<long> Retries =
        Meter.CreateCounter<long>("stylefarm.store.retries", "{request}", "Requests that were made again because the service failed.");

    static readonly Histogram<double> Requests = Meter.CreateHistogram(
        "stylefarm.store.request.duration", "s", "How long the store took, with all that was tried again.", null, Buckets.Coarse);

    /// <summary>Something became of messages.</summary>
    public static void Message(string happened, long count = 1) =>
        Messages.Add(count, KeyValuePair.Create<string, object?>(Tags.Event, happened));

    /// <summary>The connection was made again.</summary>
    public static void Reconnected() => Reconnects.Add(1);

    /// <summary>A request is made again.</summary>
    public static void Retried() => Retries.Add(1);

    /// <summary>The store was asked for something.</summary>
    public static void Requested(string operation, string outcome, TimeSpan took) => Requests.Record(took.TotalSeconds,
        KeyValuePair.Create<string, object?>(Tags.Operation, operation), KeyValuePair.Create<string, object?>(Tags.Outcome, outcome));
}
