using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

/// <summary>Small comparisons in every order in which their cells can arrive.</summary>
public sealed class AshaBracketExhaustiveTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.34)]
    [InlineData(0.5)]
    [InlineData(0.67)]
    [InlineData(0.9)]
    public void Every_order_of_arrival_leaves_the_cells_of_plain_halving(double keep)
    {
        var states = 0;
        for (var cells = 1; cells <= 6; cells++)
            foreach (var scores in Scores(cells))
                foreach (var failed in Failures(cells))
                    states += Explore(new(new AshaRule(1, 2, keep), [.. Enumerable.Repeat(4, cells)], scores), failed);
        Assert.True(states > 3000, $"{states} states");
    }

    [Fact]
    public void Every_order_of_arrival_of_cells_of_different_lengths()
    {
        int[][] lengths = [[1, 2, 4, 4, 8], [8, 8, 2, 2], [4, 8, 4, 8, 4], [1, 1], [2, 8, 8, 8, 2]];
        foreach (var length in lengths)
            foreach (var scores in Scores(length.Length))
                Explore(new(new AshaRule(1, 2, 0.5), length, scores), new HashSet<int>());
    }

    /// <summary>Better and worse with the index, turned over between the rungs, with ties, and with scores that are no numbers.</summary>
    static IEnumerable<Func<int, int, double>> Scores(int cells) =>
    [
        (cell, _) => cell,
        (cell, rung) => rung % 2 == 0 ? cell : -cell,
        (cell, rung) => (cell + rung) / 2,
        (cell, rung) => (cell + rung) % 3 == 0 ? double.NaN : cell == cells - 1 ? double.NegativeInfinity : cells - cell,
    ];

    static IEnumerable<HashSet<int>> Failures(int cells) => cells < 5
        ? Enumerable.Range(0, 1 << cells).Select(bits => Enumerable.Range(0, cells).Where(cell => (bits >> cell & 1) == 1).ToHashSet())
        : [[], [0], [cells - 1], [0, 2], [1, 2, 3]];

    /// <summary>
    /// Follows every order, states that are the same only once: so all orders must come to one and the same end. Returns the states.
    /// </summary>
    static int Explore(Tournament tournament, HashSet<int> failing)
    {
        var expected = tournament.Survivors(failing);
        var known = new HashSet<string>();
        var open = new Stack<AshaBracket>([tournament.Start()]);
        var ends = 0;
        while (open.TryPop(out var bracket))
        {
            foreach (var decision in bracket.Decide())
                bracket = bracket.Apply(decision);
            if (!known.Add(Key(bracket, tournament.Cells)))
                continue;
            var moving = Enumerable.Range(0, tournament.Cells).Where(cell => bracket[cell].Phase == ContestantPhase.Running).ToList();
            if (moving.Count == 0)
            {
                Assert.Equal(expected, tournament.Survivors(bracket));
                ends++;
            }
            foreach (var cell in moving)
                open.Push(bracket.Apply(failing.Contains(cell) ? new BracketEvent.Failed(cell) : tournament.NextOf(bracket, cell)));
        }
        Assert.Equal(1, ends);
        return known.Count;
    }

    static string Key(AshaBracket bracket, int cells) => string.Join(' ', Enumerable.Range(0, cells)
        .Select(cell => bracket[cell])
        .Select(cell => FormattableString.Invariant($"{cell.Phase}{cell.Scores.Count}{cell.Entered}{cell.IsExempt}")));
}
