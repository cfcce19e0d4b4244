using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Wire;

/// <summary>
/// The golden files are what other versions of StyleFarm send. Add files and fields; a file that has been released is not changed.
/// </summary>
public sealed class GoldenMessageTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Wire", "Golden");

    public static TheoryData<string> Kinds => [.. WireCodec.KindNames];

    [Fact]
    public void Every_kind_has_a_golden_file_and_every_file_a_kind()
    {
        var files = Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

        Assert.Equal(WireCodec.KindNames.Select(kind => kind + ".json").Order(StringComparer.Ordinal), files);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_is_written_as_its_golden_file_says(string kind)
    {
        Assert.Equal(Golden(kind), Encoding.UTF8.GetString(WireCodec.Encode(SampleMessages.ByKind[kind])));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_golden_file_is_read_as_the_message_that_it_is(string kind)
    {
        var envelope = WireCodec.Decode(File.ReadAllBytes(Path.Combine(Folder, kind + ".json")));

        Assert.Equivalent(SampleMessages.ByKind[kind], envelope, strict: true);
        Assert.Equal(Golden(kind), Encoding.UTF8.GetString(WireCodec.Encode(envelope)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_is_one_line(string kind)
    {
        Assert.DoesNotContain((byte)'\n', WireCodec.Encode(SampleMessages.ByKind[kind]));
    }

    // The files are indented for people.
    static string Golden(string kind) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, kind + ".json")))!.ToJsonString();
}
