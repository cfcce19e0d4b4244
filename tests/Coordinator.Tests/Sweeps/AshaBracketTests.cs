using System.Collections.Immutable;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Sweeps;
using static StyleFarm.Coordinator.Sweeps.BracketEvent;

namespace StyleFarm.Coordinator.Tests.Sweeps;

public sealed class AshaBracketTests
{
    /// <summary>Rungs at 10 and 30 steps; 0.34 of the cells go on.</summary>
    static readonly AshaRule Rule = new(10, 3, 0.34);

    [Theory]
    [InlineData(50, 3, 500, new[] { 50, 150, 450 })]
    [InlineData(50, 3, 450, new[] { 50, 150 })]
    [InlineData(50, 3, 50, new int[0])]
    [InlineData(1, 1000, int.MaxValue, new[] { 1, 1000, 1_000_000, 1_000_000_000 })]
    public void Rungs_lie_below_the_end(int first, int factor, int total, int[] rungs)
    {
        var ladder = RungLadder.Of(new(first, factor, 0.5), total);

        Assert.Equal(rungs, ladder.Steps);
        Assert.Equal(rungs.Length, ladder.RungsBelow(total));
        Assert.Equal(0, ladder.RungsBelow(first));
    }

    [Theory]
    [InlineData(0.34, new[] { 0, 1, 1, 1, 1, 1, 2, 2, 2, 3 })]
    [InlineData(0.1, new[] { 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(0.9, new[] { 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void The_kept_number_is_rounded_down_but_one(double keep, int[] kept) =>
        Assert.Equal(kept, Enumerable.Range(0, kept.Length).Select(RungLadder.Of(new(1, 2, keep), 9).Kept));

    [Fact]
    public void Twenty_nine_percent_of_a_hundred_are_twenty_nine() => Assert.Equal(29, RungLadder.Of(new(1, 2, 0.29), 9).Kept(100));

    [Theory]
    [InlineData(0, 3, 0.5)]
    [InlineData(1, 1, 0.5)]
    [InlineData(1, 2, 0.0)]
    [InlineData(1, 2, 1.0)]
    [InlineData(1, 2, double.NaN)]
    public void A_rule_without_meaning_is_refused(int first, int factor, double keep) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RungLadder.Of(new(first, factor, keep), 100));

    [Fact]
    public void A_cell_is_stopped_as_soon_as_it_cannot_be_among_the_best()
    {
        var (bracket, _) = Follow(Start(6), new ReachedRung(0, 0, 5), new ReachedRung(1, 0, 3));

        var (after, decided) = Follow(bracket, new ReachedRung(2, 0, 4));

        Assert.Equal([new Stopped(0, 0)], decided);
        Assert.Equal("waits at 10 steps: place 2 of 2 so far, the best 2 of 6 go on", after.Explain(2));
        Assert.Null(after.Explain(0));
        Assert.Equal(10, after.NextPause(5));
        Assert.Equal(30, after.NextPause(1));
    }

    [Fact]
    public void A_cell_goes_on_once_no_other_outcome_is_left()
    {
        var (bracket, decided) = Follow(Start(6), new ReachedRung(0, 0, 1), new ReachedRung(1, 0, 6), new ReachedRung(2, 0, 5),
            new ReachedRung(3, 0, 4));
        Assert.Equal([new Stopped(1, 0), new Stopped(2, 0)], decided);

        var (after, next) = Follow(bracket, new ReachedRung(4, 0, 3));

        Assert.Equal([new Stopped(3, 0), new Promoted(0, 0, IsEarly: false)], next);
        Assert.Equal([new Stopped(4, 0), new Promoted(5, 0, IsEarly: false)], Follow(after, new ReachedRung(5, 0, 0)).Decided);
        Assert.Equal([new Promoted(4, 0, IsEarly: false)], Follow(after, new ReachedRung(5, 0, 9)).Decided.Where(e => e is Promoted));
    }

    [Fact]
    public void A_failure_before_the_rung_makes_the_field_smaller()
    {
        var (bracket, _) = Follow(Start(6), new ReachedRung(0, 0, 1), new ReachedRung(1, 0, 2));

        var (after, decided) = Follow(bracket, new Failed(2));

        Assert.Equal([new Stopped(1, 0)], decided);
        Assert.Equal((5, 1), (after.Status()[0].Population, after.Status()[0].Kept));
    }

    [Fact]
    public void A_failure_after_the_rung_leaves_its_place_to_the_next()
    {
        var (bracket, _) = Follow(Start(6), new ReachedRung(0, 0, 1), new ReachedRung(1, 0, 2), new ReachedRung(2, 0, 9),
            new ReachedRung(3, 0, 9), new ReachedRung(4, 0, 3));
        Assert.Equal(ContestantPhase.Running, bracket[0].Phase);

        var (after, _) = Follow(bracket, new Failed(0), new ReachedRung(5, 0, 8));

        Assert.Equal(ContestantPhase.Running, after[1].Phase);
        Assert.Equal(ContestantPhase.Running, after[5].Phase);
    }

    [Fact]
    public void An_idle_node_takes_the_best_so_far_which_is_recalled_when_others_are_better()
    {
        var bracket = Start(6).Apply(new ReachedRung(0, 0, 5)).Apply(new ReachedRung(1, 0, 4));

        var early = Assert.Single(bracket.Decide(idleSlots: 3));
        Assert.Equal(new Promoted(1, 0, IsEarly: true), early);
        Assert.Empty(bracket.Decide());
        bracket = bracket.Apply(early);
        bracket = bracket.Apply(new ReachedRung(1, 1, 4));
        Assert.Equal(1, bracket.Status()[1].Provisional);

        var (_, decided) = Follow(bracket, new ReachedRung(2, 0, 1), new ReachedRung(3, 0, 2));

        Assert.Equal([new Stopped(0, 0), new Stopped(1, 0)], decided.Where(e => e is Stopped));
    }

    [Fact]
    public void Certain_promotions_use_idle_slots_first()
    {
        var bracket = Start(5).Apply(new ReachedRung(0, 0, 1));
        for (var cell = 1; cell < 5; cell++)
            bracket = bracket.Apply(new Failed(cell));

        Assert.Equal([new Promoted(0, 0, IsEarly: false)], bracket.Decide(1));
    }

    [Fact]
    public void A_beaten_cell_that_has_finished_keeps_its_result_and_blocks_nobody()
    {
        var bracket = Start(3);
        foreach (var rung in new[] { 0, 1 })
            bracket = bracket.Apply(new ReachedRung(0, rung, 5)).Apply(new Promoted(0, rung, IsEarly: true));

        var (after, decided) = Follow(bracket.Apply(new Finished(0)), new ReachedRung(1, 0, 1), new ReachedRung(2, 0, 2),
            new ReachedRung(1, 1, 1));

        Assert.Equal((ContestantPhase.Finished, true), (after[0].Phase, after[0].IsExempt));
        Assert.Equal([new Stopped(2, 0), new Promoted(1, 0, IsEarly: false), new Promoted(1, 1, IsEarly: false)], decided);
    }

    [Fact]
    public void A_cell_that_another_job_has_finished_is_not_compared()
    {
        var (after, decided) = Follow(Start(3), new Finished(0), new Finished(1), new ReachedRung(2, 0, 7));

        Assert.Equal([new Promoted(2, 0, IsEarly: false)], decided);
        Assert.Equal(1, after.Status()[0].Population);
    }

    [Fact]
    public void The_user_resumes_a_stopped_cell_outside_of_the_comparison()
    {
        var (bracket, decided) = Follow(Start(2), new ReachedRung(0, 0, 1), new ReachedRung(1, 0, 2));
        Assert.Contains(new Stopped(1, 0), decided);
        Assert.Throws<InvalidOperationException>(() => bracket.Apply(new Promoted(1, 0, IsEarly: false)));

        var resumed = bracket.Apply(new Resumed(1));

        Assert.Equal((ContestantPhase.Running, true), (resumed[1].Phase, resumed[1].IsExempt));
        Assert.Null(resumed.NextPause(1));
        Assert.Empty(resumed.Decide(5));
        Assert.Equal(ContestantPhase.Stopped, resumed.Apply(new Stopped(1, -1))[1].Phase);
        Assert.Equal(ContestantPhase.Failed, resumed.Apply(new Failed(1))[1].Phase);
        Assert.Equal(ContestantPhase.Running, resumed.Apply(new Failed(1)).Apply(new Resumed(1))[1].Phase);
        Assert.Same(bracket, bracket.Apply(new Resumed(0)));
    }

    [Fact]
    public void Late_and_repeated_messages_change_nothing_and_impossible_ones_are_refused()
    {
        var (bracket, _) = Follow(Start(6), new ReachedRung(0, 0, 1), new ReachedRung(1, 0, 2), new ReachedRung(2, 0, 3));
        var finished = bracket.Apply(new Finished(5));

        Assert.Same(bracket, bracket.Apply(new ReachedRung(0, 0, 9)));
        Assert.Same(bracket, bracket.Apply(new ReachedRung(2, 1, 9)));
        Assert.Same(bracket, bracket.Apply(new Stopped(2, 0)));
        Assert.Same(finished, finished.Apply(new Failed(5)));
        Assert.Same(finished, finished.Apply(new ReachedRung(5, 0, 1)));
        Assert.Throws<InvalidOperationException>(() => bracket.Apply(new ReachedRung(3, 1, 1)));
        Assert.Throws<InvalidOperationException>(() => bracket.Apply(new ReachedRung(0, 1, 1)));
        Assert.Throws<InvalidOperationException>(() => bracket.Apply(new Promoted(3, 0, IsEarly: true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => bracket.Apply(new Failed(6)));
    }

    [Fact]
    public void Scores_that_are_no_numbers_come_last_and_ties_go_by_index()
    {
        var (bracket, _) = Follow(Start(3), new ReachedRung(0, 0, double.NegativeInfinity), new ReachedRung(2, 0, 1e300),
            new ReachedRung(1, 0, 1e300));
        Assert.Equal(ContestantPhase.Running, bracket[1].Phase);

        var (allNan, _) = Follow(Start(3), new ReachedRung(2, 0, double.NaN), new ReachedRung(1, 0, double.NaN),
            new ReachedRung(0, 0, double.NaN));
        Assert.Equal(ContestantPhase.Running, allNan[0].Phase);
    }

    static AshaBracket Start(int cells) => AshaBracket.Start(RungLadder.Of(Rule, 90), Enumerable.Repeat(90, cells));

    /// <summary>Applies events, each followed by what is decided on it.</summary>
    static (AshaBracket Bracket, ImmutableArray<BracketEvent> Decided) Follow(AshaBracket bracket, params BracketEvent[] events)
    {
        var decided = ImmutableArray.CreateBuilder<BracketEvent>();
        foreach (var happened in events)
        {
            bracket = bracket.Apply(happened);
            foreach (var decision in bracket.Decide())
            {
                decided.Add(decision);
                bracket = bracket.Apply(decision);
            }
        }
        return (bracket, decided.ToImmutable());
    }
}
