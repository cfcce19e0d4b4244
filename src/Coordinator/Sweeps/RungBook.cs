using System.Collections.Immutable;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Where one cell of a sweep stands, in a snapshot.</summary>
public sealed record ContestantImage(int Cell, CellId Id, int Steps, ContestantPhase Phase, ImmutableArray<double> Scores, int Entered,
    bool IsExempt);

/// <summary>
/// Early stopping of one sweep, kept up with the farm's own events: the bracket of <see cref="AshaBracket"/> with the sweep's cells in
/// their places. Cells become known page by page; nothing is decided before all are.
/// </summary>
public sealed class RungBook(AshaRule rule)
{
    /// <summary>More than any cell has, so that the rungs stay the same whatever cells there are.</summary>
    const int LongestSteps = 1_000_000;

    readonly RungLadder _ladder = RungLadder.Of(rule, LongestSteps);
    readonly SortedDictionary<int, (CellId Id, int Steps)> _cells = [];
    AshaBracket? _bracket;
    ImmutableArray<Contestant> _restored = [];

    AshaBracket Bracket => _bracket ??= AshaBracket.Restore(_ladder, Steps(), _restored);

    /// <summary>A cell of the sweep is known. One that failed before gets another chance, outside of the comparison.</summary>
    public void Add(CellSpec cell)
    {
        if (_cells.TryAdd(cell.Index, (cell.Id, cell.Steps))) Reset(Contestants());
        else if (Bracket[cell.Index].Phase == ContestantPhase.Failed) Resumed(cell);
    }

    /// <summary>No cell is known any more.</summary>
    public void Clear()
    {
        _cells.Clear();
        Reset([]);
    }

    /// <summary>The step that a cell is to pause at next; null: it runs to its end.</summary>
    public int? NextStop(CellSpec cell) => Bracket.NextPause(cell.Index);

    /// <summary>Why a cell waits at its rung, for people.</summary>
    public string? Explain(CellSpec cell) => Bracket.Explain(cell.Index);

    /// <summary>How things stand at each rung that a cell can come to.</summary>
    public ImmutableArray<RungStatus> Status() =>
        [.. Bracket.Status().Where(rung => _cells.Values.Any(cell => cell.Steps > rung.Steps))];

    /// <summary>A cell stands at its next rung.</summary>
    public void Reached(CellSpec cell, double score) => Apply(cell, at => new BracketEvent.ReachedRung(cell.Index, at.Scores.Count, score));

    /// <summary>A cell goes on from its rung.</summary>
    public void Promoted(CellSpec cell) => Apply(cell, at => new BracketEvent.Promoted(cell.Index, at.Scores.Count - 1, IsEarly: false));

    /// <summary>A cell goes no further.</summary>
    public void Dropped(CellSpec cell) => Apply(cell, at => new BracketEvent.Stopped(cell.Index, at.Scores.Count - 1));

    /// <summary>A cell is given up, or no input any more: nobody waits for it.</summary>
    public void Failed(CellSpec cell) => Apply(cell, _ => new BracketEvent.Failed(cell.Index));

    /// <summary>A cell has its result.</summary>
    public void Finished(CellSpec cell) => Apply(cell, _ => new BracketEvent.Finished(cell.Index));

    /// <summary>A cell is wanted all the same, and runs to its end.</summary>
    public void Resumed(CellSpec cell) => Apply(cell, _ => new BracketEvent.Resumed(cell.Index));

    /// <summary>What follows now, one step at a time: the farm applies each before it asks for the next.</summary>
    /// <param name="idleSlots">Cells that could be rendered now and for which there is no other work.</param>
    public IEnumerable<FarmEvent> Decide(int idleSlots)
    {
        foreach (var happened in Bracket.Decide(idleSlots))
        {
            var cell = _cells[happened.Cell];
            if (happened is BracketEvent.Promoted) yield return new CellPromoted(cell.Id, Bracket.NextPause(happened.Cell));
            if (happened is BracketEvent.Stopped) yield return new CellDropped(cell.Id);
        }
    }

    /// <summary>The bracket for a snapshot.</summary>
    public ImmutableArray<ContestantImage> Image() => [.. _cells.Select(place => (place.Value, Bracket[place.Key])).Select((entry) =>
    {
        var ((id, steps), contestant) = entry;
        return new ContestantImage(contestant.Cell, id, steps, contestant.Phase, [.. contestant.Scores], contestant.Entered,
            contestant.IsExempt);
    })];

    /// <summary>Takes a snapshot's bracket up.</summary>
    public void Restore(ImmutableArray<ContestantImage> contestants)
    {
        foreach (var image in contestants) _cells.Add(image.Cell, (image.Id, image.Steps));
        Reset([.. contestants.Select(image => new Contestant
        {
            Cell = image.Cell,
            Phase = image.Phase,
            Scores = [.. image.Scores],
            Entered = image.Entered,
            IsExempt = image.IsExempt,
        })]);
    }

    /// <summary>A cell of another job that this one took over is not compared.</summary>
    void Apply(CellSpec cell, Func<Contestant, BracketEvent> happened)
    {
        if (_cells.ContainsKey(cell.Index)) _bracket = Bracket.Apply(happened(Bracket[cell.Index]));
    }

    void Reset(ImmutableArray<Contestant> contestants) => (_restored, _bracket) = (contestants, null);

    ImmutableArray<Contestant> Contestants() =>
        _bracket is null ? _restored : [.. _bracket.Contestants.OrderBy(contestant => contestant.Cell)];

    /// <summary>By index; places that no cell has came to nothing and have no rungs.</summary>
    IEnumerable<int> Steps()
    {
        var next = 0;
        foreach (var (index, cell) in _cells)
        {
            for (; next < index; next++) yield return 0;
            yield return cell.Steps;
            next++;
        }
    }
}
