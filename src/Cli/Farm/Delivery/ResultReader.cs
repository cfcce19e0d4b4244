using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Delivery;

/// <summary>Reads what the store keeps of finished cells.</summary>
static class ResultReader
{
    /// <summary>A finished cell's result.json; null when there is none, it is damaged, or its picture is gone.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public static async Task<JsonObject?> ReadAsync(IObjectStore store, CellId cell, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(StoreKey.Provenance(cell), cancellationToken) is not { } json) return null;
        if (!await store.ExistsAsync(StoreKey.Result(cell), cancellationToken)) return null;
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The losses in a result.json; null where it has none.</summary>
    public static Losses? LossesOf(JsonObject provenance) => provenance["losses"] is JsonObject losses
        && Number(losses["content"]) is { } content && Number(losses["style"]) is { } style && Number(losses["tv"]) is { } tv
        && Number(losses["total"]) is { } total ? new Losses(content, style, tv, total) : null;

    /// <summary>The score in a result.json; null where it has none.</summary>
    public static Score? ScoreOf(JsonObject provenance) => provenance["score"] is JsonObject score
        && Number(score["content"]) is { } content && Number(score["style"]) is { } style ? new Score(content, style) : null;

    static double? Number(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out double number) => number,
        JsonValue value when value.TryGetValue(out string? text)
            && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
