using StyleFarm.GpuNode.Checkpoints;

namespace StyleFarm.GpuNode.Tests.Checkpoints;

/// <summary>Which checkpoints a batch goes on from.</summary>
public sealed class ResumeWalkTests
{
    const long Shard = 7;

    [Fact]
    public void Fresh_cells_begin_at_moment_0()
    {
        Assert.Equal([null, null], Steps(out var moment, [], []));
        Assert.Equal(0, moment);
    }

    [Fact]
    public void A_moment_that_all_cells_have_is_gone_on_from()
    {
        Assert.Equal([50, 50], Steps(out var moment, [Own(50, 2), Own(25, 1)], [Own(50, 2), Own(25, 1)]));
        Assert.Equal(2, moment);
    }

    [Fact]
    public void A_moment_that_was_stored_half_is_passed_over_by_all() =>
        Assert.Equal([50, 50, 50], Steps(out _, [Own(75, 3), Own(50, 2), Own(25, 1)], [Own(50, 2), Own(25, 1)], [Own(75, 3), Own(50, 2)]));

    [Fact]
    public void A_half_first_moment_takes_all_back_to_where_they_entered()
    {
        Assert.Equal([null, null], Steps(out _, [Own(25, 1)], []));
        Assert.Equal([10, 10], Steps(out _, [Own(25, 1), Other(10)], [Other(10)]));
        Assert.Equal([null, 30], Steps(out _, [Own(25, 1)], [Other(30)]));
    }

    [Fact]
    public void Cells_that_entered_at_different_steps_stay_in_the_company_that_they_had() =>
        Assert.Equal([120, 70], Steps(out _, [Own(130, 3), Own(120, 2)], [Own(70, 2), Own(60, 1)]));

    [Fact]
    public void What_other_shards_rendered_is_gone_on_from_whatever_the_steps() =>
        Assert.Equal([100, 50, null], Steps(out _, [Other(100), Other(90)], [new CheckpointStamp(50, null, 0)], []));

    [Fact]
    public void A_broken_checkpoint_takes_all_one_moment_back() =>
        Assert.Equal([25, 25], Steps(out _, [Own(25, 1)], [Own(50, 2), Own(25, 1)]));

    [Fact]
    public void Where_more_than_one_moment_is_missing_no_work_is_thrown_away()
    {
        Assert.Equal([100, null], Steps(out _, [Own(100, 4), Own(75, 3), Own(50, 2)], []));
        Assert.Equal([100, 25], Steps(out _, [Own(100, 4), Own(75, 3)], [Own(25, 1)]));
    }

    [Fact]
    public void Moments_of_an_owner_that_was_overtaken_are_not_those_of_another_claim()
    {
        // Claim 3 counted its own moment 1 at step 27; claims 7 and 8 theirs at steps 4 and 9.
        var (now, before, overtaken) = (Own(9, 2) with { Age = 1 }, Own(4, 1) with { Age = 2 }, Own(27, 1) with { Age = 6 });
        Assert.Equal([9, 9], Steps(out _, [now, before], [now, before, overtaken]));
        Assert.Equal([4, 4], Steps(out _, [now, before], [before, overtaken]));
    }

    [Fact]
    public void Nothing_older_is_read_than_it_takes()
    {
        var walk = new ResumeWalk(Shard, 2);
        Assert.Equal(0, walk.Next());
        walk.Found(0, Own(50, 2));
        Assert.Equal(1, walk.Next());
        walk.Found(1, Own(50, 2));
        Assert.Null(walk.Next());
    }

    static CheckpointStamp Own(int step, int moment) => new(step, Shard, moment);

    static CheckpointStamp Other(int step) => new(step, Shard - 1, 9);

    static int?[] Steps(out int moment, params CheckpointStamp[][] shelves)
    {
        var walk = new ResumeWalk(Shard, shelves.Length);
        var read = new int[shelves.Length];
        while (walk.Next() is { } cell)
            if (read[cell] < shelves[cell].Length) walk.Found(cell, shelves[cell][read[cell]++]);
            else walk.NoMore(cell);
        moment = walk.Moment;
        return [.. shelves.Select((shelf, cell) => walk.Choice(cell) is { } choice ? shelf[choice].Step : (int?)null)];
    }
}
