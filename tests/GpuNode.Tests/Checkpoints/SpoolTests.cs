using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.TestKit;

namespace StyleFarm.GpuNode.Tests.Checkpoints;

public sealed class SpoolTests : IDisposable
{
    static readonly CellId Cell = new(new string('a', 32));

    readonly TempFolder _folder = new();
    readonly Spool _spool;

    public SpoolTests() => _spool = new Spool(_folder["spool"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_kept_is_found_by_the_next_process_and_gone_when_forgotten()
    {
        _spool.Keep(Cell, 50, 2, new byte[] { 1, 2, 3 });
        _spool.Keep(Cell, 25, 1, new byte[] { 4 });

        var found = new Spool(_folder["spool"]).Of(Cell).OrderBy(file => file.Step).ToList();
        Assert.Equal([(25, 1), (50, 2)], found.Select(file => (file.Step, file.Attempt)));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(found[1].Path));

        found.ForEach(file => Spool.Forget(file.Path));
        Assert.Empty(_spool.Of(Cell));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["spool"]));
    }

    [Fact]
    public void Files_of_other_names_are_passed_over()
    {
        _spool.Keep(Cell, 50, 2, new byte[] { 1 });
        File.WriteAllText(Path.Combine(_folder["spool"], Cell.ToString(), "notes.safetensors"), "");

        Assert.Single(_spool.Of(Cell));
    }

    [Fact]
    public void What_nobody_came_back_for_is_removed_after_a_week()
    {
        var old = _spool.Keep(Cell, 50, 2, new byte[] { 1 });
        var young = _spool.Keep(Cell, 75, 2, new byte[] { 1 });
        var now = new DateTimeOffset(2026, 1, 20, 0, 0, 0, TimeSpan.Zero);
        File.SetLastWriteTimeUtc(old, now.UtcDateTime.AddDays(-8));
        File.SetLastWriteTimeUtc(young, now.UtcDateTime.AddDays(-6));

        _spool.Tidy(now);

        Assert.Equal([75], _spool.Of(Cell).Select(file => file.Step));
    }

    [Theory]
    [InlineData("00000050.2.safetensors", 50, 2)]
    [InlineData("50.2.safetensors", -1, -1)]
    [InlineData("00000050.x.safetensors", -1, -1)]
    [InlineData("00000050.2.jpg", -1, -1)]
    public void The_name_of_a_checkpoint_says_step_and_attempt(string name, int step, int attempt) =>
        Assert.Equal(step < 0 ? null : (step, attempt), CheckpointName.Parse(name));

    [Fact]
    public void A_stamp_comes_back_from_metadata_and_foreign_metadata_have_none()
    {
        var metadata = new Dictionary<string, string>();
        CheckpointStamp.Write(metadata, new ShardId(12), 3);

        Assert.Equal(new CheckpointStamp(75, 12, 3), CheckpointStamp.Of(75, metadata));
        Assert.Equal(new CheckpointStamp(75, null, 0), CheckpointStamp.Of(75, new Dictionary<string, string> { ["shard"] = "12", ["moment"] = "-1" }));
    }
}
