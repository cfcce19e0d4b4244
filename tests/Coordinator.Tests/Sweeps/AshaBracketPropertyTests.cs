using System.Globalization;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

/// <summary>Random comparisons with idle nodes, failures, repeated messages and restarts from snapshots.</summary>
public sealed class AshaBracketPropertyTests
{
    [Fact]
    public void Idle_nodes_change_what_is_tried_but_not_what_is_left()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var tournament = Any(random);
            var failing = Enumerable.Range(0, tournament.Cells).Where(_ => random.Next(8) == 0).ToHashSet();

            var end = Play(tournament, random, (cell, bracket) => failing.Contains(cell) && bracket[cell].Scores.Count == 0,
                $"seed {seed}");

            Assert.True(tournament.Survivors(failing).SetEquals(tournament.Survivors(end)), $"seed {seed}");
        }
    }

    [Fact]
    public void Failures_at_any_time_leave_no_cell_waiting_and_one_at_least()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var tournament = Any(random);
            var hadGoneOn = false;

            var end = Play(tournament, random, (cell, bracket) =>
            {
                var fails = random.Next(12) == 0;
                hadGoneOn |= fails && bracket[cell].Scores.Count > 0;
                return fails;
            }, $"seed {seed}");

            var isAnyLeft = tournament.Survivors(end).Count > 0;
            var haveAllFailed = Enumerable.Range(0, tournament.Cells).All(cell => end[cell].Phase == ContestantPhase.Failed);
            Assert.True(isAnyLeft || hadGoneOn || haveAllFailed, $"seed {seed}");
        }
    }

    static Tournament Any(Random random)
    {
        var lengths = random.Next(3) == 0 ? new[] { 3, 9, 20, 40 } : [40];
        var steps = Enumerable.Range(0, random.Next(1, 30)).Select(_ => lengths[random.Next(lengths.Length)]).ToArray();
        var scores = steps.Select(_ => Enumerable.Range(0, 8).Select(_ => Score(random)).ToArray()).ToArray();
        var rule = new AshaRule(random.Next(1, 6), random.Next(2, 4), random.Next(1, 10) / 10.0);
        return new(rule, steps, (cell, rung) => scores[cell][rung]);
    }

    static double Score(Random random) => random.Next(10) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        < 5 => random.Next(4),
        _ => random.NextDouble() * 4,
    };

    /// <summary>Runs to the end: at each turn one cell moves and the decisions are checked and applied.</summary>
    static AshaBracket Play(Tournament tournament, Random random, Func<int, AshaBracket, bool> fails, string place)
    {
        var bracket = tournament.Start();
        var referee = new Referee(tournament, place);
        for (var turn = 0; ; turn++)
        {
            Assert.True(turn < 10_000, place);
            var idle = random.Next(3) == 0 ? random.Next(4) : 0;
            referee.CheckSnapshot(bracket, idle);
            foreach (var decision in bracket.Decide(idle))
                bracket = referee.Follow(bracket, decision);
            referee.CheckCounts(bracket);
            var moving = Enumerable.Range(0, tournament.Cells).Where(cell => bracket[cell].Phase == ContestantPhase.Running).ToList();
            if (moving.Count == 0)
                break;
            var cell = moving[random.Next(moving.Count)];
            var next = fails(cell, bracket) ? new BracketEvent.Failed(cell) : tournament.NextOf(bracket, cell);
            bracket = bracket.Apply(next);
            Assert.Same(bracket, random.Next(4) == 0 && next is BracketEvent.ReachedRung ? bracket.Apply(next) : bracket);
        }
        var waiting = Enumerable.Range(0, tournament.Cells).Where(cell => bracket[cell].Phase == ContestantPhase.Waiting);
        Assert.True(!waiting.Any(), $"{place}: {string.Join(' ', waiting.Select(bracket.Explain))}");
        return bracket;
    }

    /// <summary>Keeps the book of what was decided.</summary>
    sealed class Referee(Tournament tournament, string place)
    {
        readonly HashSet<int> _stopped = [];
        readonly HashSet<(int Cell, int Rung)> _certain = [];

        public AshaBracket Follow(AshaBracket bracket, BracketEvent decision)
        {
            Assert.False(_stopped.Contains(decision.Cell), $"{place}: {decision} after a stop");
            if (decision is BracketEvent.Stopped stopped)
            {
                Assert.True(_stopped.Add(stopped.Cell), place);
                Assert.False(_certain.Contains((stopped.Cell, stopped.Rung)), $"{place}: {decision} after a certain promotion");
            }
            if (decision is BracketEvent.Promoted { IsEarly: false } promoted)
                _certain.Add((promoted.Cell, promoted.Rung));
            return bracket.Apply(decision);
        }

        public void CheckCounts(AshaBracket bracket)
        {
            var status = bracket.Status();
            for (var r = 0; r < status.Length; r++)
            {
                var rung = status[r];
                Assert.True(rung.GoneOn + rung.Waiting <= rung.Kept, $"{place}: {rung}");
                Assert.True(rung.Gone >= 0 && rung.Entered <= rung.Population, $"{place}: {rung}");
                Assert.True(rung.Population == 0 || rung.Kept is var kept && kept >= 1 && kept <= rung.Population, $"{place}: {rung}");
                Assert.True(r == 0 || rung.Population <= status[r - 1].Kept, $"{place}: {rung}");
            }
            var phases = Enumerable.Range(0, tournament.Cells).CountBy(cell => bracket[cell].Phase).ToDictionary();
            Assert.Equal(tournament.Cells, phases.Values.Sum());
            Assert.Equal(_stopped.Count, phases.GetValueOrDefault(ContestantPhase.Stopped));
        }

        public void CheckSnapshot(AshaBracket bracket, int idle)
        {
            var restored = AshaBracket.Restore(tournament.Ladder, tournament.TotalSteps, bracket.Contestants);
            var text = string.Join('\n', bracket.Status());
            Assert.True(text == string.Join('\n', restored.Status()), $"{place}:\n{text}\n{string.Join('\n', restored.Status())}");
            Assert.Equal(bracket.Decide(idle), restored.Decide(idle));
        }
    }

    [Fact]
    public void A_large_sweep_is_decided_fast_enough_for_the_coordinator()
    {
        const int Cells = 20_000;
        var random = new Random(7);
        var scores = Enumerable.Range(0, Cells).Select(_ => random.NextDouble()).ToArray();
        var rule = new AshaRule(10, 3, 1.0 / 3);
        var tournament = new Tournament(rule, [.. Enumerable.Repeat(500, Cells)], (cell, rung) => scores[cell] / (rung + 1));
        var bracket = tournament.Start();
        var running = new Queue<int>(Enumerable.Range(0, Cells));
        var events = 0;

        while (running.TryDequeue(out var cell))
        {
            bracket = bracket.Apply(tournament.NextOf(bracket, cell));
            foreach (var decision in bracket.Decide())
            {
                bracket = bracket.Apply(decision);
                events++;
                if (decision is BracketEvent.Promoted)
                    running.Enqueue(decision.Cell);
            }
        }

        Assert.True(events > Cells, events.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(tournament.Survivors(new HashSet<int>()), tournament.Survivors(bracket));
    }
}
