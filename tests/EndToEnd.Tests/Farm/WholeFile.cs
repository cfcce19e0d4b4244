using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>Reads files of a farm the way any other program would, and says what is wrong with them.</summary>
static class WholeFile
{
    /// <summary>Why a file is not whole; null when it is.</summary>
    public static string? FaultOf(string path)
    {
        try
        {
            return Path.GetExtension(path) switch
            {
                ".png" or ".jpg" or ".tif" => Decoded(path),
                ".json" => Json(path),
                ".jsonl" => Lines(path),
                ".safetensors" => Checkpoint(path),
                ".html" or ".csv" => new FileInfo(path).Length > 0 ? null : "is empty",
                _ => "has no business here",
            };
        }
        catch (Exception e) when (e is StyleFarmException or JsonException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    static string? Decoded(string path)
    {
        ImageFile.Load(path, SizeSpec.Original);
        return null;
    }

    static string? Json(string path) => JsonNode.Parse(File.ReadAllText(path)) is JsonObject { Count: > 0 } ? null : "is no JSON object";

    static string? Lines(string path)
    {
        var text = File.ReadAllText(path);
        if (!text.EndsWith('\n')) return "its last line is cut short";
        foreach (var line in text.Split('\n')[..^1]) TelemetryJson.FromLine(line);
        return null;
    }

    // Its header, the lengths and the SHA-256 of its tensors are checked on the way.
    static string? Checkpoint(string path)
    {
        var step = CheckpointFile.Read(path).Step;
        return Path.GetFileName(path).StartsWith($"{step:D8}.", StringComparison.Ordinal) ? null : $"stands at step {step}";
    }
}
