using System.Text.Json;

namespace StyleFarm.Cli.Bench;

/// <summary>Figures of a bench as a line: JSON for scripts, or words.</summary>
static class BenchLine
{
    static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Prints figures.</summary>
    public static void Print<T>(bool isJson, T figures, Func<T, string> inWords) =>
        Console.WriteLine(isJson ? JsonSerializer.Serialize(figures, Options) : inWords(figures));
}
