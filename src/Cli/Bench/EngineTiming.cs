using System.Text.Json.Nodes;

namespace StyleFarm.Cli.Bench;

/// <summary>What one measurement of the engine came to.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Size">The image's side in pixels.</param>
/// <param name="Precision">What the network computed in.</param>
/// <param name="Milliseconds">Of each step after the warm-up, in order; everything that a rendering does in a step is in it.</param>
/// <param name="Totals">The total loss before each step, the warm-up's included.</param>
/// <param name="PeakBytes">The most that tensors held at once.</param>
/// <param name="ForecastBytes">What was forecast.</param>
/// <param name="CheckpointMilliseconds">What a checkpoint adds to a step, written to disk and all.</param>
/// <param name="CheckpointBytes">The size of its file.</param>
sealed record EngineTiming(string Recipe, int Size, string Precision, IReadOnlyList<double> Milliseconds, IReadOnlyList<double> Totals,
    long PeakBytes, long ForecastBytes, double CheckpointMilliseconds, long CheckpointBytes)
{
    /// <summary>The step in the middle of all steps by time.</summary>
    public double MedianMilliseconds => Median(Milliseconds);

    /// <summary>The middle of some numbers; of two in the middle the lower one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[(ordered.Length - 1) / 2];
    }

    /// <summary>As `--json` prints it.</summary>
    public JsonObject ToJson() => new()
    {
        ["recipe"] = Recipe,
        ["size"] = Size,
        ["precision"] = Precision,
        ["median_ms"] = MedianMilliseconds,
        ["ms"] = new JsonArray([.. Milliseconds.Select(value => JsonValue.Create(value))]),
        ["totals"] = new JsonArray([.. Totals.Select(value => JsonValue.Create(value))]),
        ["peak_bytes"] = PeakBytes,
        ["forecast_bytes"] = ForecastBytes,
        ["checkpoint_ms"] = CheckpointMilliseconds,
        ["checkpoint_bytes"] = CheckpointBytes,
    };
}
