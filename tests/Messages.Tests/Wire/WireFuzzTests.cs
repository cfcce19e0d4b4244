using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Wire;

/// <summary>Whatever comes over the wire, reading it ends in a message or in a FormatException.</summary>
public sealed class WireFuzzTests
{
    const int RoundsPerKind = 1500;

    public static TheoryData<string, int> KindsAndSeeds => [.. WireCodec.KindNames.Select((kind, i) => (kind, 1000 + i))];

    [Theory]
    [MemberData(nameof(KindsAndSeeds))]
    public void Changed_bytes_are_a_message_or_a_format_error(string kind, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < RoundsPerKind; round++)
            Check(Changed(WireCodec.Encode(SampleMessages.ByKind[kind]), random), $"seed {seed}, round {round}");
    }

    [Theory]
    [MemberData(nameof(KindsAndSeeds))]
    public void Changed_values_are_a_message_or_a_format_error(string kind, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < RoundsPerKind; round++)
        {
            var tree = SampleMessages.Tree(kind);
            for (var changes = random.Next(1, 4); changes > 0; changes--) ChangeOne(tree, random);
            Check(Encoding.UTF8.GetBytes(tree.ToJsonString()), $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("{\"kind\":1}")]
    [InlineData("{\"kind\":{}}")]
    [InlineData("{\"kind\":\"receipt\",\"version\":\"1\"}")]
    [InlineData("{\"kind\":\"receipt\",\"version\":1e99}")]
    [InlineData("{\"kind\":\"receipt\",\"version\":1,\"body\":[]}")]
    [InlineData("{\"kind\":\"receipt\",\"version\":1,\"from\":1,\"body\":{}}")]
    [InlineData("{\"kind\":\"receipt\",\"kind\":\"receipt\"}")]
    public void Odd_lines_are_format_errors(string line)
    {
        Assert.Throws<FormatException>(() => WireCodec.Decode(Encoding.UTF8.GetBytes(line)));
    }

    [Fact]
    public void A_very_deep_line_is_a_format_error()
    {
        var deep = "{\"kind\":\"receipt\",\"version\":1,\"body\":" + new string('[', 100_000) + new string(']', 100_000) + "}";

        Assert.Throws<FormatException>(() => WireCodec.Decode(Encoding.UTF8.GetBytes(deep)));
    }

    static void Check(byte[] line, string place)
    {
        try
        {
            WireCodec.Encode(WireCodec.Decode(line));
        }
        catch (FormatException)
        {
            // As promised.
        }
        catch (Exception error)
        {
            Assert.Fail($"{place}: {error.GetType().Name} {error.Message}\n{Encoding.UTF8.GetString(line)}\n{error.StackTrace}");
        }
    }

    static byte[] Changed(byte[] line, Random random)
    {
        var bytes = line.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            var count = random.Next(1, Math.Min(20, bytes.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, count); break;
                case 2: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, count)); break;
                case 3: bytes.Insert(at, (byte)"{}[]\",:0-9e.nullI\\"[random.Next(18)]); break;
                default: bytes[at] = (byte)(bytes[at] ^ (1 << random.Next(8))); break;
            }
        }

        return [.. bytes];
    }

    static void ChangeOne(JsonObject tree, Random random)
    {
        var places = Places(tree).ToList();
        var (parent, index) = places[random.Next(places.Count)];
        JsonNode? value = random.Next(9) switch
        {
            0 => null,
            1 => long.MinValue,
            2 => 1.5,
            3 => "",
            4 => "\0../\ud800",
            5 => new JsonArray(null, new JsonObject()),
            6 => new JsonObject { ["x"] = null },
            7 => true,
            _ => JsonNode.Parse("1e400"),
        };
        if (parent is JsonObject map && random.Next(4) == 0) map.Remove((string)index);
        else if (parent is JsonObject object_) object_[(string)index] = value;
        else ((JsonArray)parent)[(int)index] = value;
    }

    static IEnumerable<(JsonNode Parent, object Index)> Places(JsonNode tree)
    {
        var here = tree is JsonObject map
            ? map.Select(field => ((object)field.Key, field.Value))
            : ((JsonArray)tree).Select((item, i) => ((object)i, item));
        foreach (var (index, value) in here)
        {
            yield return (tree, index);
            if (value is not (JsonObject or JsonArray)) continue;
            foreach (var inner in Places(value)) yield return inner;
        }
    }
}
