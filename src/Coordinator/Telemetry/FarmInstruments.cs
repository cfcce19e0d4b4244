using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Coordinator.Telemetry;

/// <summary>The coordinator's metrics. Cost next to nothing while nobody listens; know no ids, so that there are few of them.</summary>
static class FarmInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "StyleFarm.Coordinator";

    static readonly Meter Meter = new(Name);
    static readonly ConcurrentDictionary<object, FarmFigures> Shown = new();

    static readonly Counter<long> Results = Meter.CreateCounter<long>(
        "stylefarm.cell.results", "{cell}", "Cells that were finished, failed, dropped, or are to be tried again.");

    static readonly Counter<long> Released =
        Meter.CreateCounter<long>("stylefarm.lease.released", "{lease}", "Claims on shards that ended before the shard did.");

    static readonly Counter<long> Records =
        Meter.CreateCounter<long>("stylefarm.journal.records", "{record}", "Records that were written into the journal.");

    static readonly Histogram<double> Appends =
        Seconds("stylefarm.journal.append.duration", "How long the journal took for one append.");

    static readonly Histogram<double> Decisions =
        Seconds("stylefarm.coordinator.decide.duration", "How long the coordinator took for one decision.");

    static readonly ObservableUpDownCounter<long> Jobs = Gauge("stylefarm.job.count", "{job}", "Jobs that are worked on.", now => now.Jobs);

    static FarmInstruments()
    {
        Gauge("stylefarm.lease.count", "{lease}", "Claims of nodes on shards.", now => now.Leases);
        Gauge("stylefarm.node.count", "{node}", "Nodes that are alive.", now => now.Nodes);
        Meter.CreateObservableUpDownCounter<long>(
            "stylefarm.cell.count",
            () => [Cells("waiting", now => now.Waiting), Cells("rendering", now => now.Rendering)],
            "{cell}", "Cells that wait or render.");
    }

    /// <summary>Whether somebody reads figures.</summary>
    public static bool IsWatched => Jobs.Enabled;

    /// <summary>Shows the figures of a coordinator from now on.</summary>
    public static void Show(object coordinator, FarmFigures figures) => Shown[coordinator] = figures;

    /// <summary>A coordinator is no more.</summary>
    public static void Hide(object coordinator) => Shown.TryRemove(coordinator, out _);

    /// <summary>A decision was taken.</summary>
    public static void Decided(TimeSpan took) => Decisions.Record(took.TotalSeconds);

    /// <summary>Records were written.</summary>
    public static void Appended(int records, TimeSpan took)
    {
        Records.Add(records);
        Appends.Record(took.TotalSeconds);
    }

    /// <summary>Something was decided and is kept.</summary>
    public static void Happened(FarmEvent happened)
    {
        switch (happened)
        {
            case CellPublished: Result("finished"); break;
            case CellGaveUp: Result("failed"); break;
            case CellAttemptFailed: Result("retried"); break;
            case CellDropped: Result("dropped"); break;
            case ShardReleased released:
                Released.Add(1, KeyValuePair.Create<string, object?>(Tags.Outcome, Words.Of(released.Reason)));
                break;
        }
    }

    static void Result(string outcome) => Results.Add(1, KeyValuePair.Create<string, object?>(Tags.Outcome, outcome));

    static Measurement<long> Cells(string state, Func<FarmFigures, long> figure) =>
        new(Shown.Values.Sum(figure), KeyValuePair.Create<string, object?>(Tags.State, state));

    static ObservableUpDownCounter<long> Gauge(string name, string unit, string description, Func<FarmFigures, long> figure) =>
        Meter.CreateObservableUpDownCounter(name, () => Shown.Values.Sum(figure), unit, description);

    static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram(name, "s", description, null, Buckets.Fine);
}
