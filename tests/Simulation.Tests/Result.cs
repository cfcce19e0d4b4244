using System.Text.Json;

namespace StyleFarm.Simulation.Tests;

/// <summary>What a result says of itself.</summary>
readonly record struct Result(string State, int Attempt, int Run)
{
    public static Result Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new Result(root.GetProperty("state").GetString()!, root.GetProperty("attempt").GetInt32(), root.GetProperty("run").GetInt32());
    }

    public static int RunOfPicture(string picture) => int.Parse(picture.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
