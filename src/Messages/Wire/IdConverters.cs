using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Wire;

/// <summary>Ids are their text.</summary>
public abstract class TextConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parsed(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parsed(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value!.ToString()!);

    /// <summary>The id of a text.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    protected abstract T Parse(string text);

    T Parsed(string? text)
    {
        try
        {
            return Parse(text ?? "");
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}

/// <summary>A cell id is its text.</summary>
public sealed class CellIdConverter : TextConverter<CellId>
{
    protected override CellId Parse(string text) => new(text);
}

/// <summary>A job id is its text.</summary>
public sealed class JobIdConverter : TextConverter<JobId>
{
    protected override JobId Parse(string text) => new(text);
}

/// <summary>A node id is its text.</summary>
public sealed class NodeIdConverter : TextConverter<NodeId>
{
    protected override NodeId Parse(string text) => new(text);
}

/// <summary>A shard id is its number.</summary>
public sealed class ShardIdConverter : JsonConverter<ShardId>
{
    public override ShardId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, ShardId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Number);
}

/// <summary>A recipe has its own form.</summary>
public sealed class RecipeConverter : JsonConverter<Recipe>
{
    public override Recipe Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return RecipeJson.Read(JsonNode.Parse(ref reader));
        }
        catch (StyleFarmException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Recipe value, JsonSerializerOptions options) => RecipeJson.ToNode(value).WriteTo(writer, options);
}
