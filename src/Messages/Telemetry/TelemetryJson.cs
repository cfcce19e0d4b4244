using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Telemetry;

/// <summary>Loss reports as lines of JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LossReport))]
public sealed partial class TelemetryJson : JsonSerializerContext
{
    /// <summary>One line without its line feed.</summary>
    public static string ToLine(LossReport report) => JsonSerializer.Serialize(report, Default.LossReport);

    /// <summary>Reads one line.</summary>
    /// <exception cref="JsonException">It is not a loss report.</exception>
    public static LossReport FromLine(string line) =>
        JsonSerializer.Deserialize(line, Default.LossReport) ?? throw new JsonException("null is not a loss report");
}
