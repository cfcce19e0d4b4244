using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Messages.Tests.Jobs;

public sealed class IdTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a_b")]
    [InlineData("größe")]
    [InlineData("a\n")]
    [InlineData("٣")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Other_forms_are_no_job_ids(string text)
    {
        Assert.False(JobId.IsValid(text));
        Assert.Throws<ArgumentException>(() => new JobId(text));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0-")]
    [InlineData("starry-grid-0a1b2c3d4e")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Lower_case_letters_digits_and_hyphens_are_a_job_id(string text) => Assert.Equal(text, new JobId(text).ToString());

    [Theory]
    [InlineData("My Photos/2024", "my-photos-2024-")]
    [InlineData("größe", "gr--e-")]
    [InlineData("../..", "")]
    [InlineData("", "")]
    [InlineData("an extremely long name that goes on and on for ever and ever", "an-extremely-long-name-that-goes-on-and-")]
    public void A_job_id_of_a_name_is_valid_readable_and_the_same_each_time(string name, string start)
    {
        var id = JobId.Of(name, "request");

        Assert.True(JobId.IsValid(id.ToString()));
        Assert.StartsWith(start, id.ToString(), StringComparison.Ordinal);
        Assert.Equal(id, JobId.Of(name, "request"));
        Assert.NotEqual(id, JobId.Of(name, "another request"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a:1")]
    [InlineData("..")]
    [InlineData(".a")]
    [InlineData("größe")]
    [InlineData("a\n")]
    [InlineData("a*")]
    [InlineData("a#")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Other_forms_are_no_node_ids(string text) => Assert.Throws<ArgumentException>(() => new NodeId(text));

    [Theory]
    [InlineData("gpu-1.rack_2")]
    [InlineData("A")]
    public void Letters_digits_and_three_marks_are_a_node_id(string text) => Assert.Equal(text, new NodeId(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("00112233445566778899aabbccddeef")]
    [InlineData("00112233445566778899aabbccddeefff")]
    [InlineData("00112233445566778899AABBCCDDEEFF")]
    [InlineData("00112233445566778899aabbccddeefg")]
    [InlineData("../../../../../../../../../../..")]
    public void Other_forms_are_no_cell_ids(string text) => Assert.Throws<ArgumentException>(() => new CellId(text));

    [Fact]
    public void Nothing_is_no_id_and_a_default_has_no_text()
    {
        Assert.Throws<ArgumentException>(() => new JobId(null!));
        Assert.Throws<ArgumentException>(() => new NodeId(null!));
        Assert.Throws<ArgumentException>(() => new CellId(null!));
        Assert.Equal(("", "", ""), (default(JobId).ToString(), default(NodeId).ToString(), default(CellId).ToString()));
    }

    [Fact]
    public void Shard_ids_are_their_numbers() => Assert.Equal("1234567", new ShardId(1234567).ToString());
}
