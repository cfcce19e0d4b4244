using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Telemetry;

/// <summary>
/// The losses of one cell's image before an update, weighted as they enter the total. As JSON, one line of a telemetry file:
/// <c>{"cell","step","content","style","tv","total","taps":{…},"ms"}</c>, numbers with all their digits.
/// </summary>
public sealed record LossReport
{
    /// <summary>The cell's id.</summary>
    public required string Cell { get; init; }

    /// <summary>The job that it is rendered for, where it is told to those who watch; files of telemetry do not name it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Job { get; init; }

    /// <summary>From 0: the losses are those of the image before this update. With L-BFGS the outer iteration.</summary>
    public required int Step { get; init; }

    /// <summary>With L-BFGS: the number of the function evaluation within the outer iteration, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Evaluation { get; init; }

    /// <summary>The content loss times its weight.</summary>
    public required double Content { get; init; }

    /// <summary>The style loss times its weight.</summary>
    public required double Style { get; init; }

    /// <summary>The total variation times its weight.</summary>
    public required double Tv { get; init; }

    /// <summary>Content, style and total variation together.</summary>
    public required double Total { get; init; }

    /// <summary>What each tap adds to the total: <c>content/relu4_2</c>, <c>style/relu1_1</c>, in network order.</summary>
    public required IReadOnlyDictionary<string, double> Taps { get; init; }

    /// <summary>Milliseconds since the report before it.</summary>
    [JsonPropertyName("ms")]
    public required double Milliseconds { get; init; }
}
