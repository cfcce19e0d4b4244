using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Messages.Tests.Ports;

public sealed class StoreKeyTests
{
    static readonly CellId Cell = new("00112233445566778899aabbccddeeff");

    public static TheoryData<string> Refused =>
    [
        "", " ", ".", "..", "/", "a/", "/a", "a//b", "../a", "a/../b", "a/..", "a/.", "./a", ".hidden", "a/.lock", "a/.x.1-1.tmp",
        "a\\b", "..\\a", "C:/a", "a:b", "a b", "a\tb", "a\nb", "a\0b", "~", "a*", "a?b",
        "a%2e%2e", "größe", "ａ", "a\u202eb", "٣", "a/\ud800",
        new string('a', 256), "b/" + new string('a', 256), string.Join('/', Enumerable.Repeat(new string('a', 100), 6)),
    ];

    public static TheoryData<string> Accepted =>
    [
        "a", "A-Z_0.9", "cells/0a/result.png", "a..b", "a./b", "-", "_", new string('a', 255),
        string.Join('/', Enumerable.Repeat(new string('a', 127), 4)),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_text_that_could_lead_elsewhere_or_not_be_a_file_is_no_key(string text)
    {
        Assert.False(StoreKey.IsValid(text));
        Assert.Throws<ArgumentException>(() => new StoreKey(text));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_plain_text_is_a_key(string text)
    {
        Assert.True(StoreKey.IsValid(text));
        Assert.Equal(text, new StoreKey(text).ToString());
    }

    [Fact]
    public void Nothing_is_no_key()
    {
        Assert.False(StoreKey.IsValid(null!));
        Assert.Throws<ArgumentException>(() => new StoreKey(null!));
        Assert.Equal("", default(StoreKey).ToString());
    }

    [Fact]
    public void The_layout_is_that_of_the_command_line_and_the_documents()
    {
        const string Folder = "cells/00112233445566778899aabbccddeeff";
        Assert.Equal(Folder, StoreKey.Cell(Cell).ToString());
        Assert.Equal($"{Folder}/checkpoints/00000025.2.safetensors", StoreKey.Checkpoint(Cell, 25, 2).ToString());
        Assert.Equal($"{Folder}/previews/12345678.jpg", StoreKey.Preview(Cell, 12345678).ToString());
        Assert.Equal($"{Folder}/telemetry/00000000.jsonl", StoreKey.Telemetry(Cell, 0).ToString());
        Assert.Equal($"{Folder}/attempts/3.png", StoreKey.AttemptPicture(Cell, 3).ToString());
        Assert.Equal($"{Folder}/attempts/3.json", StoreKey.AttemptProvenance(Cell, 3).ToString());
        Assert.Equal($"{Folder}/result.png", StoreKey.Result(Cell).ToString());
        Assert.Equal($"{Folder}/result.json", StoreKey.Provenance(Cell).ToString());
        Assert.Equal("inputs/" + new string('a', 64), StoreKey.Input(new string('a', 64)).ToString());
        Assert.Equal("jobs/my-job/spec.json", StoreKey.OfJob(new JobId("my-job"), "spec.json").ToString());
    }

    [Fact]
    public void Files_lie_in_the_folders_that_are_listed()
    {
        Assert.StartsWith(StoreKey.Checkpoints(Cell) + "/", StoreKey.Checkpoint(Cell, 1, 1).ToString(), StringComparison.Ordinal);
        Assert.StartsWith(StoreKey.Previews(Cell) + "/", StoreKey.Preview(Cell, 1).ToString(), StringComparison.Ordinal);
        Assert.StartsWith(StoreKey.TelemetryFolder(Cell) + "/", StoreKey.Telemetry(Cell, 1).ToString(), StringComparison.Ordinal);
        Assert.StartsWith(StoreKey.Attempts(Cell) + "/", StoreKey.AttemptPicture(Cell, 1).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_file_cannot_lead_out_of_its_folder()
    {
        Assert.Throws<ArgumentException>(() => StoreKey.OfJob(new JobId("j"), "../other/spec.json"));
        Assert.Throws<ArgumentException>(() => StoreKey.Input("../../etc/passwd"));
    }
}
