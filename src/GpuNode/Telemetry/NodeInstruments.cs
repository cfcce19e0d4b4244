using System.Diagnostics.Metrics;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>A node's metrics. Cost next to nothing while nobody listens.</summary>
static class NodeInstruments
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "StyleFarm.Node";

    static readonly Meter Meter = new(Name);

    static readonly Counter<long> Steps = Meter.CreateCounter<long>("stylefarm.node.steps", "{step}", "Steps, over all cells.");

    static readonly Counter<double> PixelSteps =
        Meter.CreateCounter<double>("stylefarm.node.pixel_steps", "{pixel}", "Result pixels times steps, over all cells.");

    static readonly Histogram<double> StepTimes = Meter.CreateHistogram(
        "stylefarm.node.step.duration", "s", "How long a batch took for one step: a mean over about a second.", null, Buckets.Fine);

    static readonly Histogram<int> Batches = Meter.CreateHistogram(
        "stylefarm.node.batch.size", "{cell}", "Cells that were rendered together.", null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });

    static readonly Histogram<double> UploadTimes = Meter.CreateHistogram(
        "stylefarm.node.upload.duration", "s", "From when something was taken up until it stood in the store.", null, Buckets.Coarse);

    static readonly Counter<long> UploadSizes =
        Meter.CreateCounter<long>("stylefarm.node.upload.size", "By", "What was brought into the store.");

    static readonly UpDownCounter<long> Waiting =
        Meter.CreateUpDownCounter<long>("stylefarm.node.uploads.waiting", "{item}", "What waits for the store, or is on its way.");

    static readonly Counter<long> Targets = Meter.CreateCounter<long>(
        "stylefarm.node.target_cache.requests", "{request}", "Targets that were found on the device, or had to be computed.");

    /// <summary>Work was done.</summary>
    /// <param name="steps">Over all cells.</param>
    /// <param name="pixelSteps">Over all cells.</param>
    /// <param name="rounds">Steps of the batch, of which each is one of all its cells.</param>
    /// <param name="took">Together.</param>
    public static void Paced(long steps, double pixelSteps, double rounds, TimeSpan took)
    {
        Steps.Add(steps);
        PixelSteps.Add(pixelSteps);
        if (rounds > 0) StepTimes.Record(took.TotalSeconds / rounds);
    }

    /// <summary>A batch begins.</summary>
    public static void BatchBegan(int cells) => Batches.Record(cells);

    /// <summary>Something stands in the store, or never will.</summary>
    public static void Uploaded(string kind, string outcome, long bytes, TimeSpan took)
    {
        UploadTimes.Record(took.TotalSeconds, KeyValuePair.Create<string, object?>(Tags.Upload, kind),
            KeyValuePair.Create<string, object?>(Tags.Outcome, outcome));
        UploadSizes.Add(bytes, KeyValuePair.Create<string, object?>(Tags.Upload, kind));
    }

    /// <summary>So many more wait for the store.</summary>
    public static void UploadsWait(int more) => Waiting.Add(more);

    /// <summary>Targets were asked for.</summary>
    public static void TargetsAsked(long hits, long misses)
    {
        Targets.Add(hits, KeyValuePair.Create<string, object?>(Tags.Outcome, "hit"));
        Targets.Add(misses, KeyValuePair.Create<string, object?>(Tags.Outcome, "miss"));
    }
}
