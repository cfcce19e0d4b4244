using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Wire;

public sealed class WireCodecTests
{
    public static TheoryData<string> Kinds => [.. WireCodec.KindNames];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fields_that_are_not_known_here_are_passed_over(string kind)
    {
        var tree = SampleMessages.Tree(kind);
        tree["trace"] = "00-ab";
        AddUnknown(tree["body"]!.AsObject());

        var read = WireCodec.Decode(Bytes(tree));

        Assert.Equal(SampleMessages.Tree(kind).ToJsonString(), Encoding.UTF8.GetString(WireCodec.Encode(read)));
    }

    [Fact]
    public void Fields_that_an_older_sender_does_not_know_have_their_defaults()
    {
        var hello = Body<NodeHello>("node-hello", """{"node":"a","incarnation":"i"}""");
        Assert.Equal(("", "cpu", 0, ""), (hello.Version, hello.Device, hello.MemoryBytes, hello.WeightsHash));
        Assert.Empty(hello.Precisions);
        Assert.Empty(hello.Held);
        Assert.True(Body<DrainNode>("drain-node", """{"coordinator_epoch":1}""").IsDraining);
        var stop = Body<StopCells>("stop-cells", """{"coordinator_epoch":1,"lease":{"shard":1,"node":"a","epoch":1},"reason":"pause"}""");
        Assert.Empty(stop.Cells);
        Assert.Empty(Body<HeartbeatReply>("heartbeat-reply", """{"coordinator_epoch":1}""").Lost);
    }

    [Theory]
    [InlineData("""{"kind":"make-tea","version":1,"body":{}}""", "a message of unknown kind 'make-tea'; is its sender newer?")]
    [InlineData("""{"kind":"drain-node","version":2,"body":{}}""", "a message 'drain-node' of version 2; version 1 is known here")]
    [InlineData("""{"kind":"drain-node","body":{}}""", "a message 'drain-node' of version 0; version 1 is known here")]
    [InlineData("""{"version":1,"body":{}}""", "a message without a kind")]
    [InlineData("""{"kind":"drain-node","version":1}""", "a message 'drain-node' without a body")]
    [InlineData("""{"kind":"drain-node","version":1,"body":null}""", "a message 'drain-node' without a body")]
    [InlineData("null", "null is no message")]
    public void What_cannot_be_understood_is_refused_by_name(string line, string reason)
    {
        Assert.Equal(reason, Assert.Throws<FormatException>(() => WireCodec.Decode(Encoding.UTF8.GetBytes(line))).Message);
    }

    [Theory]
    [InlineData("drain-node", """{}""", "coordinator_epoch")]
    [InlineData("cancel-shard", """{"coordinator_epoch":1,"lease":null}""", "lease")]
    [InlineData("cancel-shard", """{"coordinator_epoch":1,"lease":{}}""", "'shard', 'node', 'epoch'")]
    [InlineData("cancel-shard", """{"coordinator_epoch":1,"lease":{"shard":1,"node":"../x y","epoch":1}}""", "is no node id")]
    [InlineData("node-hello", """{"node":"a","incarnation":null}""", "incarnation")]
    [InlineData("node-hello", """{"node":"a","incarnation":"i","held":[null]}""", "null in a list of Lease")]
    [InlineData("node-hello", """{"node":"a","incarnation":"i","held":null}""", "null in a list of Lease")]
    [InlineData("node-hello", """{"node":"","incarnation":"i"}""", "is no node id")]
    [InlineData("node-hello", """{"node":null,"incarnation":"i"}""", "is no node id")]
    [InlineData("stop-cells", """{"coordinator_epoch":1,"lease":{"shard":1,"node":"a","epoch":1},"reason":77}""", "StopReason")]
    [InlineData("stop-cells", """{"coordinator_epoch":1,"lease":{"shard":1,"node":"a","epoch":1},"reason":"boredom"}""", "StopReason")]
    [InlineData("receipt", """{"coordinator_epoch":1,"lease":{"shard":1,"node":"a","epoch":1},"cells":["../../etc"]}""", "is no cell id")]
    public void A_message_that_lacks_what_it_must_have_is_refused(string kind, string body, string named)
    {
        var error = Assert.Throws<FormatException>(() => Body<WireMessage>(kind, body));

        Assert.StartsWith("no message: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_recipe_with_a_field_that_is_not_known_here_is_refused_for_it_would_be_rendered_otherwise()
    {
        var tree = SampleMessages.Tree("assign-shard");
        tree["body"]!["recipe"]!["sparkle"] = 1;

        Assert.Contains("sparkle", Assert.Throws<FormatException>(() => WireCodec.Decode(Bytes(tree))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_keep_all_their_digits_and_may_be_no_numbers()
    {
        var losses = new Losses(1 / 3d, double.Epsilon, double.NaN, double.NegativeInfinity);
        var sent = SampleMessages.ByKind["cell-progress"] with
        {
            Message = (CellProgress)SampleMessages.ByKind["cell-progress"].Message with { Losses = losses },
        };

        Assert.Equal(losses, ((CellProgress)WireCodec.Decode(WireCodec.Encode(sent)).Message).Losses);
    }

    static T Body<T>(string kind, string body)
        where T : WireMessage =>
        (T)WireCodec.Decode(Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}","version":1,"from":"a","to":"b","body":{{body}}}""")).Message;

    static byte[] Bytes(JsonNode tree) => Encoding.UTF8.GetBytes(tree.ToJsonString());

    // A recipe is strict; all else is open to what comes later.
    static void AddUnknown(JsonObject tree)
    {
        foreach (var (name, value) in tree.ToList())
            if (name == "recipe") continue;
            else if (value is JsonObject inner) AddUnknown(inner);
            else if (value is JsonArray list)
                foreach (var item in list.OfType<JsonObject>()) AddUnknown(item);
        tree["unknown"] = new JsonObject { ["deep"] = new JsonArray(1, "x", null) };
    }
}
