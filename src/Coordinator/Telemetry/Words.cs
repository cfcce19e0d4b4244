using System.Text.Json;

namespace StyleFarm.Coordinator.Telemetry;

/// <summary>Values of attributes.</summary>
static class Words
{
    /// <summary>A value's name in snake_case, as messages have it.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
