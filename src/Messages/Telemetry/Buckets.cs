using System.Diagnostics.Metrics;

namespace StyleFarm.Messages.Telemetry;

/// <summary>Limits of histograms of seconds.</summary>
public static class Buckets
{
    /// <summary>Of what should take milliseconds: from a tenth of one to 10 s.</summary>
    public static InstrumentAdvice<double> Fine { get; } =
        Of(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10);

    /// <summary>Of what may take seconds: from 5 ms to 10 min.</summary>
    public static InstrumentAdvice<double> Coarse { get; } = Of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600);

    static InstrumentAdvice<double> Of(params double[] limits) => new() { HistogramBucketBoundaries = limits };
}
