using System.Collections.Immutable;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.GpuNode;

/// <summary>What a node is, and how patient it is.</summary>
public sealed record NodeOptions
{
    /// <summary>Names the node in the farm; its address is <c>node.NAME</c>.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Differs for each start of the node's process.</summary>
    public required string Incarnation { get; init; }

    /// <summary>StyleFarm's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>Such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>What the device can give to batches.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The identity of the network's weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The precisions that it can compute in; empty: all.</summary>
    public ImmutableArray<string> Precisions { get; init; } = [];

    /// <summary>How long an unanswered hello waits before it is said again; doubles each time.</summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan HelloAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two hellos.</summary>
    /// <value>Default: 15 s.</value>
    public TimeSpan HelloAtMost { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a crash a fresh engine is started; doubles with each crash until a shard ends well.</summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan RestartAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait for a fresh engine.</summary>
    /// <value>Default: 60 s.</value>
    public TimeSpan RestartAtMost { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long <see cref="LeaveFarm"/> waits for checkpoints and receipts.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan LeaveAtMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where messages for the node go.</summary>
    public string Address => IFabric.NodePrefix + Node;
}

/// <summary>To a node's actor, from its own process: leave all work with checkpoints, wait for the receipts, then stop.</summary>
public sealed record LeaveFarm
{
    /// <summary>The message.</summary>
    public static LeaveFarm Instance { get; } = new();
}
