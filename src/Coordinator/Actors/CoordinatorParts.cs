using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Actors;

/// <summary>What a coordinator is made of.</summary>
public sealed record CoordinatorParts
{
    /// <summary>Its truth.</summary>
    public required IJournal Journal { get; init; }

    /// <summary>Where images are.</summary>
    public required IObjectStore Store { get; init; }

    /// <summary>How it speaks with nodes.</summary>
    public required IFabric Fabric { get; init; }

    /// <summary>What jobs expand into.</summary>
    public required ICellSource Source { get; init; }

    /// <summary>Where results go besides the store.</summary>
    public required IResultSink Sink { get; init; }

    /// <summary>Measures leases and waits.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The rules.</summary>
    public FarmOptions Options { get; init; } = new();

    /// <summary>Events between snapshots.</summary>
    /// <value>20,000</value>
    public int SnapshotEvery { get; init; } = 20_000;
}
