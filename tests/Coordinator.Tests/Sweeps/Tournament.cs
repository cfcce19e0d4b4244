using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

/// <summary>Cells with known scores at each rung, and who is left by plain successive halving.</summary>
/// <param name="Rule">The rungs.</param>
/// <param name="TotalSteps">Of each cell.</param>
/// <param name="ScoreOf">By cell and rung.</param>
sealed record Tournament(AshaRule Rule, int[] TotalSteps, Func<int, int, double> ScoreOf)
{
    public RungLadder Ladder { get; } = RungLadder.Of(Rule, TotalSteps.Max());

    public int Cells => TotalSteps.Length;

    public AshaBracket Start() => AshaBracket.Start(Ladder, TotalSteps);

    /// <summary>
    /// The slow way: all cells go to a rung, are sorted there, the best go on. Those that fail do so before the first rung.
    /// </summary>
    public SortedSet<int> Survivors(IReadOnlySet<int> failed)
    {
        var survivors = new SortedSet<int>();
        var field = Enumerable.Range(0, Cells).Where(cell => !failed.Contains(cell)).ToList();
        for (var rung = 0; rung < Ladder.Steps.Length; rung++)
        {
            survivors.UnionWith(field.Where(cell => TotalSteps[cell] <= Ladder.Steps[rung]));
            field = [.. field.Where(cell => TotalSteps[cell] > Ladder.Steps[rung])
                .OrderBy(cell => double.IsFinite(ScoreOf(cell, rung)) ? 0 : 1)
                .ThenBy(cell => double.IsFinite(ScoreOf(cell, rung)) ? ScoreOf(cell, rung) : 0)
                .ThenBy(cell => cell)];
            field = [.. field.Take(field.Count == 0 ? 0 : Math.Max(1, (int)Math.Floor(field.Count * Rule.Keep + 1e-9)))];
        }
        survivors.UnionWith(field);
        return survivors;
    }

    /// <summary>Cells that have run or may run to their end because they were among the best.</summary>
    public SortedSet<int> Survivors(AshaBracket bracket) =>
    [
        .. Enumerable.Range(0, Cells).Where(cell => bracket[cell] is { IsExempt: false } contestant
            && contestant.Phase is ContestantPhase.Running or ContestantPhase.Finished && bracket.NextPause(cell) is null
            && !bracket[cell].IsExempt),
    ];

    /// <summary>The next thing a running cell does by itself: it comes to its next rung, or ends.</summary>
    public BracketEvent NextOf(AshaBracket bracket, int cell) => bracket.NextPause(cell) is null
        ? new BracketEvent.Finished(cell)
        : new BracketEvent.ReachedRung(cell, bracket[cell].Scores.Count, ScoreOf(cell, bracket[cell].Scores.Count));
}
