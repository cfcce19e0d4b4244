using StyleFarm.GpuNode.Checkpoints;

namespace StyleFarm.GpuNode.Tests.Checkpoints;

/// <summary>Owners that were overtaken, and those who go on from what they left.</summary>
public sealed class CheckpointOrderTests
{
    [Fact]
    public void What_a_later_attempt_stored_is_newer_whatever_the_step() =>
        Assert.Equal([(9, 8), (4, 7), (27, 3)], NewestFirst(9, (27, 3), (9, 8), (4, 7)));

    [Fact]
    public void Checkpoints_of_attempts_that_the_farm_does_not_know_of_come_last() =>
        Assert.Equal([(60, 1), (50, 7)], NewestFirst(2, (50, 7), (60, 1)));

    [Fact]
    public void An_owner_is_overtaken_when_a_later_attempt_has_stored_something()
    {
        Assert.False(CheckpointOrder.IsOvertaken([(51, 3), (60, 5)], 5));
        Assert.True(CheckpointOrder.IsOvertaken([(51, 3), (20, 6)], 5));
    }

    [Fact]
    public void What_lies_beyond_is_removed_but_for_that_of_later_attempts() =>
        Assert.Equal([(30, 1), (25, 2)], CheckpointOrder.Beyond([(30, 1), (20, 1), (25, 2), (40, 3)], 20, 2));

    [Fact]
    public void Two_steps_are_kept_and_older_ones_go() =>
        Assert.Equal([(10, 1), (20, 2)], CheckpointOrder.Superseded([(10, 1), (20, 2), (30, 2), (40, 2)], 2, 2));

    [Fact]
    public void An_owner_that_was_overtaken_leaves_what_its_successors_went_on_from() =>
        // Attempt 6 went on from step 51 and has stored nothing yet; attempt 5 began anew.
        Assert.Empty(CheckpointOrder.Superseded([(51, 3), (17, 5), (34, 5)], 5, 2));

    static IEnumerable<(int, int)> NewestFirst(int ownAttempt, params (int Step, int Attempt)[] stored) =>
        stored.OrderByDescending(key => CheckpointOrder.Rank(key.Step, key.Attempt, ownAttempt));
}
