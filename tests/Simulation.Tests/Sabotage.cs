namespace StyleFarm.Simulation.Tests;

/// <summary>Something that is done wrong on purpose, to see that the invariants notice.</summary>
public enum Sabotage
{
    None,

    /// <summary>One in fifty appends is said to be durable and is not.</summary>
    JournalForgets,

    /// <summary>Nodes begin anew instead of going on from checkpoints.</summary>
    CheckpointsAreIgnored,

    /// <summary>A cell is said to be finished before its picture is in the store.</summary>
    FinishedTooEarly,

    /// <summary>Two coordinators are given the same epoch.</summary>
    EpochStands,
}
