using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>
/// Decides which cells of a sweep go on at each rung: successive halving as ASHA does it (Li et al. 2020), without waiting for more
/// than is needed, yet with one outcome. An immutable value that is folded from events; <see cref="Decide"/> gives the next ones.
/// <para>
/// A cell that reaches a rung pauses there. It goes on for certain once it is among the best <see cref="RungLadder.Kept"/> of all
/// cells that can still come to that rung, however those turn out; it is stopped for good once it cannot be. So the cells that are
/// left at the end are those of plain successive halving, in whatever order cells arrive. A node that would idle may take the best
/// of the undecided ones further early; where that proves wrong, the cell is stopped again (unless it has finished), so that it never
/// takes a better one's place.
/// </para>
/// <para>
/// A cell that fails before a rung makes that rung's population smaller; one that fails after it leaves its place to the next one
/// that is still there. Each rung lets one cell go on at least, as long as any is left.
/// </para>
/// </summary>
public sealed partial record AshaBracket
{
    readonly ImmutableArray<byte> _rungsOf;

    AshaBracket(RungLadder ladder, ImmutableArray<byte> rungsOf)
    {
        (Ladder, _rungsOf) = (ladder, rungsOf);
        Rungs = [.. ladder.Steps.Select(_ => new Rung())];
        Entrants = rungsOf.Count(rungs => rungs > 0);
    }

    /// <summary>Where cells are compared.</summary>
    public RungLadder Ladder { get; }

    /// <summary>The cells of which anything was heard; together all that <see cref="Restore"/> needs.</summary>
    public IEnumerable<Contestant> Contestants => Known.Values;

    /// <summary>Cells that may still come to the first rung or have been there.</summary>
    int Entrants { get; init; }

    ImmutableDictionary<int, Contestant> Known { get; init; } = ImmutableDictionary<int, Contestant>.Empty;

    ImmutableArray<Rung> Rungs { get; init; }

    /// <summary>The comparison before any cell has started.</summary>
    /// <param name="ladder">Where cells are compared.</param>
    /// <param name="totalSteps">Each cell's updates in all, by its index in the plan; a cell only meets the rungs below its end.</param>
    public static AshaBracket Start(RungLadder ladder, IEnumerable<int> totalSteps) =>
        new(ladder, [.. totalSteps.Select(steps => checked((byte)ladder.RungsBelow(steps)))]);

    /// <summary>The comparison with these contestants, as <see cref="Contestants"/> gave them.</summary>
    public static AshaBracket Restore(RungLadder ladder, IEnumerable<int> totalSteps, IEnumerable<Contestant> contestants)
    {
        var bracket = Start(ladder, totalSteps);
        foreach (var contestant in contestants)
            bracket = bracket.Seat(contestant);
        return bracket.Settle();
    }

    /// <summary>The cell's place in the comparison.</summary>
    public Contestant this[int cell]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cell);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cell, _rungsOf.Length);
            return Known.GetValueOrDefault(cell) ?? new Contestant { Cell = cell };
        }
    }

    /// <summary>The updates after which the cell is to pause for the next time; null: it runs to its end.</summary>
    public int? NextPause(int cell)
    {
        var contestant = this[cell];
        var reached = contestant.Scores.Count;
        return contestant.IsExempt || reached >= _rungsOf[cell] ? null : Ladder.Steps[reached];
    }

    /// <summary>The state after an event. What comes a second time or too late changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The event cannot follow on this state: the journal is out of order.</exception>
    public AshaBracket Apply(BracketEvent happened)
    {
        var cell = this[happened.Cell];
        return happened switch
        {
            BracketEvent.ReachedRung reached => Reach(cell, reached),
            BracketEvent.Promoted promoted => Promote(cell, promoted),
            BracketEvent.Stopped => End(cell, ContestantPhase.Stopped),
            BracketEvent.Failed => End(cell, ContestantPhase.Failed),
            BracketEvent.Finished => Finish(cell),
            BracketEvent.Resumed => cell.Phase is ContestantPhase.Stopped or ContestantPhase.Failed
                ? Put(cell with { Phase = ContestantPhase.Running, IsExempt = true })
                : this,
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "not an event of the bracket"),
        };
    }

    AshaBracket Reach(Contestant cell, BracketEvent.ReachedRung reached)
    {
        if (!cell.IsAlive || cell.Phase == ContestantPhase.Finished || reached.Rung < cell.Scores.Count)
            return this;
        if (cell.Phase != ContestantPhase.Running || reached.Rung != cell.Scores.Count || reached.Rung >= _rungsOf[cell.Cell])
            throw OutOfOrder(reached, cell);
        cell = cell with { Phase = ContestantPhase.Waiting, Scores = [.. cell.Scores, reached.Score] };
        return Put(cell)
            .WithRung(reached.Rung, rung => rung with { Provisional = rung.Provisional.Add(cell.At(reached.Rung)) })
            .Settle();
    }

    AshaBracket Promote(Contestant cell, BracketEvent.Promoted promoted)
    {
        if (cell.WaitsAt(promoted.Rung))
            return Put(cell with { Phase = ContestantPhase.Running })
                .WithRung(promoted.Rung, rung => rung with { Waiting = rung.Waiting.Remove(cell.At(promoted.Rung)) });
        return cell.IsAlive && cell.Scores.Count > promoted.Rung ? this : throw OutOfOrder(promoted, cell);
    }

    AshaBracket End(Contestant cell, ContestantPhase phase)
    {
        if (cell.Phase is not (ContestantPhase.Running or ContestantPhase.Waiting))
            return this;
        var ended = cell with { Phase = phase };
        return cell.IsExempt ? Put(ended) : Withdraw(cell).Put(ended).Settle();
    }

    /// <summary>A cell that finishes without having come to all its rungs was there already, from another job.</summary>
    AshaBracket Finish(Contestant cell)
    {
        var finished = cell with { Phase = ContestantPhase.Finished };
        if (cell.Phase == ContestantPhase.Finished || !cell.IsAlive)
            return Put(finished);
        if (cell.Scores.Count < _rungsOf[cell.Cell])
            return Withdraw(cell).Put(finished with { IsExempt = true }).Settle();
        var rung = cell.Scores.Count - 1;
        var state = cell.Phase == ContestantPhase.Waiting
            ? WithRung(rung, at => at with { Waiting = at.Waiting.Remove(cell.At(rung)) })
            : this;
        return state.Put(finished).Settle();
    }

    static InvalidOperationException OutOfOrder(BracketEvent happened, Contestant cell) =>
        new($"{happened} cannot follow on {cell.Phase} after {cell.Scores.Count} rungs");
}
