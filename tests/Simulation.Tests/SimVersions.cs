using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit;

namespace StyleFarm.Simulation.Tests;

/// <summary>How a process compares with this version of StyleFarm.</summary>
enum Age
{
    Present,
    Older,
    Newer,
}

/// <summary>
/// Makes some processes older or newer than this version, by what they say and understand. An older one has the fields of the first release
/// only, and of those not even what is there for people and for speed; some kinds it does not know at all. A newer one adds the fields of
/// the golden additions to all that it says, and says things in between that nobody here knows. For one run.
/// </summary>
sealed class SimVersions
{
    static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Golden");
    static readonly ImmutableDictionary<string, JsonNode> Present = Load("");
    static readonly ImmutableDictionary<string, JsonNode> Additions = Load("Newer");
    static readonly ImmutableDictionary<string, JsonNode> Known = Older();
    static readonly ImmutableArray<byte[]> Strange =
        [.. Load(Path.Combine("Newer", "refused")).OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => Bytes(line.Value))];

    /// <summary>Not known to the older version; what they are for comes about without them, if later.</summary>
    static readonly string[] LaterKinds = ["cancel-shard", "cell-progress"];

    readonly Func<string, Age> _ageOf;
    int _said;

    /// <param name="ageOf">The age of whoever has an address.</param>
    public SimVersions(Func<string, Age> ageOf) => _ageOf = ageOf;

    /// <summary>A kind of which every message lacks a field: what no version may do. Null: none does.</summary>
    public (string Kind, string Field)? Loses { get; init; }

    /// <summary>Messages that were refused, by reason.</summary>
    public Dictionary<string, int> Refused { get; } = [];

    /// <summary>Reports of finished cells that were understood, by the age of their sender.</summary>
    public Dictionary<Age, int> Finished { get; } = [];

    /// <summary>What the receiver understands of what the sender says, and of what else it says meanwhile.</summary>
    public IEnumerable<WireMessage> Carry(WireEnvelope envelope)
    {
        var (kind, from, to) = (WireCodec.KindOf(envelope.Message), _ageOf(envelope.From), _ageOf(envelope.To));
        if (LaterKinds.Contains(kind) && (from == Age.Older || to == Age.Older))
        {
            if (from != Age.Older) Refuse($"an older one does not know '{kind}'");
            yield break;
        }

        var tree = JsonNode.Parse(WireCodec.Encode(envelope))!;
        if (from == Age.Older || to == Age.Older) tree = JsonTrees.Known(tree, Known[kind], "recipe");
        if (Loses is { } loss && loss.Kind == kind) tree["body"]!.AsObject().Remove(loss.Field);
        if (from == Age.Newer) tree = JsonTrees.With(tree, Additions[kind], Present[kind]);
        foreach (var line in from == Age.Newer ? [Bytes(tree), .. InBetween(tree)] : new[] { Bytes(tree) })
            if (Understood(line, from) is { } message) yield return message;
    }

    WireMessage? Understood(byte[] line, Age from)
    {
        try
        {
            var message = WireCodec.Decode(line).Message;
            if (message is CellFinished) Finished[from] = Finished.GetValueOrDefault(from) + 1;
            return message;
        }
        catch (FormatException e)
        {
            Refuse(e.Message);
            return null;
        }
    }

    /// <summary>The same once more with a meaning that is not known here, and words that are not.</summary>
    IEnumerable<byte[]> InBetween(JsonNode tree)
    {
        var changed = tree.DeepClone();
        changed["version"] = 2;
        return [Bytes(changed), Strange[_said++ % Strange.Length]];
    }

    void Refuse(string reason) => Refused[reason] = Refused.GetValueOrDefault(reason) + 1;

    static ImmutableDictionary<string, JsonNode> Older()
    {
        var models = Load(Path.Combine("Released", "0.1"));
        Forget("node-hello", "version", "device", "precisions");
        Forget("heartbeat", "pixel_steps_per_second", "utilisation");
        Forget("assign-shard", "recipe_name");
        Forget("cell-finished", "seconds");
        Forget("cell-stopped", "losses");
        models["assign-shard"]["body"]!["cells"]![0]!["cell"]!.AsObject().Remove("target_key");
        return models;

        void Forget(string kind, params string[] fields)
        {
            foreach (var field in fields)
                if (!models[kind]["body"]!.AsObject().Remove(field)) throw new InvalidOperationException($"{kind} never had {field}");
        }
    }

    static ImmutableDictionary<string, JsonNode> Load(string folder) => Directory.GetFiles(Path.Combine(Golden, folder), "*.json")
        .ToImmutableDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonNode.Parse(File.ReadAllText(file))!);

    static byte[] Bytes(JsonNode tree) => Encoding.UTF8.GetBytes(tree.ToJsonString());
}
