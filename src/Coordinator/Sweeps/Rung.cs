using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>The cells at one rung.</summary>
sealed record Rung
{
    /// <summary>Cells that ever counted here, whatever became of them.</summary>
    public int Entered { get; init; }

    /// <summary>
    /// Cells that count here: those still in the comparison, and those that entered the next rung, even if they failed there.
    /// </summary>
    public ImmutableSortedSet<Standing> Ranked { get; init; } = [];

    /// <summary>How many of <see cref="Ranked"/> have a next rung before their end.</summary>
    public int RankedWithNext { get; init; }

    /// <summary>Of <see cref="Ranked"/>, those that are paused here.</summary>
    public ImmutableSortedSet<Standing> Waiting { get; init; } = [];

    /// <summary>Cells that came here by an early promotion and do not count until it proves right.</summary>
    public ImmutableSortedSet<Standing> Provisional { get; init; } = [];
}
