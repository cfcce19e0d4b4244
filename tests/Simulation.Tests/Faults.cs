namespace StyleFarm.Simulation.Tests;

/// <summary>What may go wrong in a run.</summary>
[Flags]
enum Faults
{
    None = 0,
    Losses = 1 << 0,
    Doubles = 1 << 1,
    Delays = 1 << 2,
    Partitions = 1 << 3,
    NodeCrashes = 1 << 4,
    CoordinatorCrashes = 1 << 5,
    Overlaps = 1 << 6,
    Stalls = 1 << 7,
    StoreOutages = 1 << 8,
    JournalOutages = 1 << 9,
    ClockJumps = 1 << 10,
    EngineCrashes = 1 << 11,
    Commands = 1 << 12,
    BadCells = 1 << 13,
    Deliveries = 1 << 14,
    Leaves = 1 << 15,
    All = (1 << 16) - 1,
}

/// <summary>What is wrong with a cell itself.</summary>
enum Trait
{
    /// <summary>Nothing.</summary>
    Sound,

    /// <summary>Its first tries fail.</summary>
    Flaky,

    /// <summary>It can never be rendered, and says so.</summary>
    Broken,

    /// <summary>It takes the engine down with it.</summary>
    EngineKiller,

    /// <summary>It takes the node's process down with it.</summary>
    NodeKiller,

    /// <summary>Its picture can be written nowhere.</summary>
    Undeliverable,
}
