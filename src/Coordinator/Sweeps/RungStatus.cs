namespace StyleFarm.Coordinator.Sweeps;

/// <summary>How things stand at a rung.</summary>
public sealed record RungStatus
{
    /// <summary>Updates done at this rung.</summary>
    public required int Steps { get; init; }

    /// <summary>Cells that will be compared here, at most: those that were and those that may still come.</summary>
    public required int Population { get; init; }

    /// <summary>How many of <see cref="Population"/> go on.</summary>
    public required int Kept { get; init; }

    /// <summary>Cells that were compared here.</summary>
    public required int Entered { get; init; }

    /// <summary>Of those, the ones that went on, early ones among them.</summary>
    public required int GoneOn { get; init; }

    /// <summary>Of those, the ones that are paused here.</summary>
    public required int Waiting { get; init; }

    /// <summary>Of those, the ones that were stopped or failed before they entered the next rung.</summary>
    public int Gone => Entered - GoneOn - Waiting;

    /// <summary>Cells that are here or beyond by an early promotion that has not proved right yet; not in <see cref="Entered"/>.</summary>
    public required int Provisional { get; init; }
}
