using StyleFarm.Messages.Recipes;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Where a cell stands in the comparison.</summary>
public enum ContestantPhase
{
    /// <summary>On its way to the next rung or to its end, whether or not a node works at it now.</summary>
    Running,

    /// <summary>Paused at a rung until it is clear whether it goes on.</summary>
    Waiting,

    /// <summary>Given up.</summary>
    Stopped,

    /// <summary>Could not be rendered.</summary>
    Failed,

    /// <summary>Has its result.</summary>
    Finished,
}

/// <summary>A cell in the comparison. All contestants together are the whole state: <see cref="AshaBracket.Restore"/>.</summary>
public sealed record Contestant
{
    /// <summary>Its index in the plan.</summary>
    public required int Cell { get; init; }

    /// <summary>Where it stands.</summary>
    public ContestantPhase Phase { get; init; }

    /// <summary>Its score at each rung that it reached.</summary>
    public ValueList<double> Scores { get; init; } = [];

    /// <summary>
    /// At how many rungs it counts: at the next one it was promoted to early and is not yet certain to be among the best of the one
    /// before.
    /// </summary>
    public int Entered { get; init; }

    /// <summary>True when it runs or ran to its end outside of the comparison: resumed by the user, or finished although beaten.</summary>
    public bool IsExempt { get; init; }

    /// <summary>True while it takes part in the comparison.</summary>
    internal bool IsAlive => !IsExempt && Phase is not (ContestantPhase.Stopped or ContestantPhase.Failed);

    /// <summary>True when it is paused at this rung, its latest.</summary>
    internal bool WaitsAt(int rung) => Phase == ContestantPhase.Waiting && Scores.Count == rung + 1;

    internal Standing At(int rung) => new(Scores[rung], Cell);
}

/// <summary>A cell's score at a rung; ascending from the best. Scores that are not finite are equal and last, ties go by index.</summary>
readonly record struct Standing(double Score, int Cell) : IComparable<Standing>
{
    public int CompareTo(Standing other)
    {
        var byFinite = double.IsFinite(other.Score).CompareTo(double.IsFinite(Score));
        if (byFinite != 0)
            return byFinite;
        var byScore = double.IsFinite(Score) ? Score.CompareTo(other.Score) : 0;
        return byScore != 0 ? byScore : Cell.CompareTo(other.Cell);
    }
}
