using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit;

namespace StyleFarm.Messages.Tests.Wire;

/// <summary>
/// Versions of StyleFarm that work together. Golden/Released/VERSION holds what each release writes, with every field, and in least/ with
/// those only that must be there; it never changes. Golden/*.json is the present, which may have more. Golden/Newer holds fields that a
/// release to come might add, at every depth, and in refused/ messages that it might send and that are not known here.
/// </summary>
public sealed class MessageVersionTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Wire", "Golden");
    static readonly string Releases = Path.Combine(Folder, "Released");

    public static TheoryData<string> Kinds => [.. WireCodec.KindNames];

    /// <summary>A release, and a kind that it has.</summary>
    public static TheoryData<string, string> ReleasedKinds =>
    [
        .. from release in Directory.GetDirectories(Releases)
           from file in Directory.GetFiles(release, "*.json")
           select (Path.GetFileName(release), Path.GetFileNameWithoutExtension(file)),
    ];

    public static TheoryData<string> RefusedFiles =>
        [.. Directory.GetFiles(Path.Combine(Folder, "Newer", "refused")).Select(path => Path.GetFileName(path))];

    [Fact]
    public void Files_of_a_release_are_as_they_were_when_it_was_released()
    {
        foreach (var release in Directory.GetDirectories(Releases))
        {
            var files = Directory.GetFiles(release, "*.json", SearchOption.AllDirectories)
                .Select(path => $"{Sha256(path)}  {Path.GetRelativePath(release, path)}").Order(StringComparer.Ordinal);

            Assert.Equal(File.ReadAllLines(Path.Combine(release, "SHA256SUMS")).Order(StringComparer.Ordinal), files);
        }
    }

    [Fact]
    public void There_are_releases_and_the_first_one_has_every_kind_that_it_had()
    {
        Assert.Equal(13, ReleasedKinds.Count(row => row.Data.Item1 == "0.1"));
        Assert.True(RefusedFiles.Count >= 2);
    }

    [Theory]
    [MemberData(nameof(ReleasedKinds))]
    public void What_an_older_version_writes_is_read_and_nothing_of_it_is_lost(string release, string kind)
    {
        var older = Read("Released", release, $"{kind}.json");

        var written = Tree(WireCodec.Encode(Decode(older)));

        Assert.True(JsonTrees.Holds(written, older), $"{older}\nis written again as\n{written}");
    }

    [Theory]
    [MemberData(nameof(ReleasedKinds))]
    public void Fields_that_an_older_version_leaves_out_have_their_defaults(string release, string kind)
    {
        var envelope = Decode(Read("Released", release, "least", $"{kind}.json"));

        Assert.Equivalent(LeastMessages.ByKind[kind], envelope.Message, strict: true);
    }

    [Theory]
    [MemberData(nameof(ReleasedKinds))]
    public void What_is_written_now_can_be_read_by_an_older_version(string release, string kind)
    {
        var sample = SampleMessages.ByKind[kind];
        foreach (var message in new[] { sample.Message, LeastMessages.ByKind[kind] })
        {
            var written = Tree(WireCodec.Encode(sample with { Message = message }));

            // What it cannot do without is there, and what it knows is of the type that it knows.
            Assert.Empty(JsonTrees.Faults(written, Read("Released", release, "least", $"{kind}.json")));
            Assert.Empty(JsonTrees.Changes(written, Read("Released", release, $"{kind}.json")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_newer_version_writes_is_read_as_what_is_known_of_it(string kind)
    {
        var present = Read($"{kind}.json");
        var newer = JsonTrees.With(present, Read("Newer", $"{kind}.json"), present);
        Assert.False(JsonTrees.Holds(present, newer));

        var envelope = Decode(newer);

        Assert.Equivalent(SampleMessages.ByKind[kind], envelope, strict: true);
        Assert.Equal(present.ToJsonString(), Encoding.UTF8.GetString(WireCodec.Encode(envelope)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Additions_of_a_newer_version_are_at_every_depth(string kind)
    {
        var newer = JsonTrees.With(Read($"{kind}.json"), Read("Newer", $"{kind}.json"), Read($"{kind}.json"));

        Assert.Empty(WithoutAdditions(newer, Read($"{kind}.json"), "$"));
    }

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public void What_a_newer_version_says_in_new_words_is_refused_by_name(string file)
    {
        var message = Read("Newer", "refused", file);
        var (kind, version) = ((string)message["kind"]!, (int)message["version"]!);

        var error = Assert.Throws<FormatException>(() => Decode(message));

        Assert.Equal(WireCodec.KindNames.Contains(kind)
            ? $"a message '{kind}' of version {version}; version 1 is known here"
            : $"a message of unknown kind '{kind}'; is its sender newer?", error.Message);
    }

    // A recipe is strict: an object in it takes no additions.
    static IEnumerable<string> WithoutAdditions(JsonNode? newer, JsonNode? present, string at) => (newer, present) switch
    {
        _ when at.EndsWith(".recipe", StringComparison.Ordinal) => [],
        (JsonObject more, JsonObject known) => (more.Count > known.Count ? [] : new[] { $"{at} has no addition" })
            .Concat(known.SelectMany(field => WithoutAdditions(more[field.Key], field.Value, $"{at}.{field.Key}"))),
        (JsonArray more, JsonArray known) =>
            more.Zip(known).SelectMany((pair, i) => WithoutAdditions(pair.First, pair.Second, $"{at}[{i}]")),
        _ => [],
    };

    static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    static WireEnvelope Decode(JsonNode tree) => WireCodec.Decode(Encoding.UTF8.GetBytes(tree.ToJsonString()));

    static JsonNode Tree(byte[] line) => JsonNode.Parse(line)!;

    static JsonNode Read(params string[] path) => JsonNode.Parse(File.ReadAllText(Path.Combine([Folder, .. path])))!;
}
