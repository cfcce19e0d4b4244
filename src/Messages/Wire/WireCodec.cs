using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Wire;

/// <summary>A message as it travels.</summary>
/// <param name="From">The sender's address.</param>
/// <param name="To">The receiver's address.</param>
/// <param name="Message">What is said.</param>
public sealed record WireEnvelope(string From, string To, WireMessage Message);

/// <summary>
/// Writes and reads <c>{"kind","version","from","to","body"}</c>. Kind names are fixed for ever and are no type names; a version rises
/// only when a field changes its meaning. Unknown fields are passed over; unknown kinds and newer versions are refused by name.
/// </summary>
public static class WireCodec
{
    const int Version = 1;

    static readonly Dictionary<string, Type> Kinds = new()
    {
        ["node-hello"] = typeof(NodeHello),
        ["node-welcome"] = typeof(NodeWelcome),
        ["heartbeat"] = typeof(Heartbeat),
        ["heartbeat-reply"] = typeof(HeartbeatReply),
        ["assign-shard"] = typeof(AssignShard),
        ["stop-cells"] = typeof(StopCells),
        ["cancel-shard"] = typeof(CancelShard),
        ["drain-node"] = typeof(DrainNode),
        ["receipt"] = typeof(Receipt),
        ["cell-progress"] = typeof(CellProgress),
        ["cell-finished"] = typeof(CellFinished),
        ["cell-stopped"] = typeof(CellStopped),
        ["cell-failed"] = typeof(CellFailed),
    };

    static readonly Dictionary<Type, string> Names = Kinds.ToDictionary(kind => kind.Value, kind => kind.Key);

    /// <summary>All kinds of messages, by name.</summary>
    public static IReadOnlyCollection<string> KindNames => Kinds.Keys;

    /// <summary>The kind of a message.</summary>
    public static string KindOf(WireMessage message) => Names[message.GetType()];

    /// <summary>One line of UTF-8 JSON.</summary>
    public static byte[] Encode(WireEnvelope envelope)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            var kind = KindOf(envelope.Message);
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteNumber("version", Version);
            writer.WriteString("from", envelope.From);
            writer.WriteString("to", envelope.To);
            writer.WritePropertyName("body");
            JsonSerializer.Serialize(writer, envelope.Message, Kinds[kind], WireJson.Options);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, here or in another version.</summary>
    /// <exception cref="FormatException">It is no message, or one of a kind or version that is not known here; the reason is named.</exception>
    public static WireEnvelope Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var node = JsonNode.Parse(bytes.Span)?.AsObject() ?? throw new FormatException("null is no message");
            var kind = node["kind"]?.GetValue<string>() ?? throw new FormatException("a message without a kind");
            if (!Kinds.TryGetValue(kind, out var type)) throw new FormatException($"a message of unknown kind '{kind}'; is its sender newer?");
            if ((node["version"]?.GetValue<int>() ?? 0) is var version and not Version)
                throw new FormatException($"a message '{kind}' of version {version}; version {Version} is known here");
            var message = node["body"].Deserialize(type, WireJson.Options) as WireMessage ?? throw new FormatException($"a message '{kind}' without a body");
            return new WireEnvelope(node["from"]?.GetValue<string>() ?? "", node["to"]?.GetValue<string>() ?? "", message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"no message: {e.Message.Split('\n')[0]}", e);
        }
    }
}
