namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Something that happened to a cell of a sweep that stops weak ones. What the coordinator journals.</summary>
/// <param name="Cell">The cell's index in the plan.</param>
public abstract record BracketEvent(int Cell)
{
    /// <summary>The cell has a checkpoint at a rung and waits there.</summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    /// <param name="Rung">Which, from 0.</param>
    /// <param name="Score">Lower is better; what is not finite comes last.</param>
    public sealed record ReachedRung(int Cell, int Rung, double Score) : BracketEvent(Cell);

    /// <summary>The cell goes on from a rung.</summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    /// <param name="Rung">From which, from 0.</param>
    /// <param name="IsEarly">True when that was not certain yet, but a node had nothing else to do.</param>
    public sealed record Promoted(int Cell, int Rung, bool IsEarly) : BracketEvent(Cell);

    /// <summary>
    /// The cell is given up, because enough others did better at a rung, or by the user. It may be running beyond that rung.
    /// </summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    /// <param name="Rung">Where it was compared; -1 when it never was.</param>
    public sealed record Stopped(int Cell, int Rung) : BracketEvent(Cell);

    /// <summary>The cell cannot be rendered.</summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    public sealed record Failed(int Cell) : BracketEvent(Cell);

    /// <summary>The cell has its result.</summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    public sealed record Finished(int Cell) : BracketEvent(Cell);

    /// <summary>The user wants a stopped or failed cell all the same: it runs to its end and takes no part in any comparison.</summary>
    /// <param name="Cell">The cell's index in the plan.</param>
    public sealed record Resumed(int Cell) : BracketEvent(Cell);
}
