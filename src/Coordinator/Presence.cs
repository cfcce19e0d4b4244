using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

/// <summary>A node that is alive, as far as the coordinator knows.</summary>
public sealed class NodeState
{
    const int TargetsRemembered = 8;

    readonly Queue<string> _recentTargets = new();

    /// <summary>What it said of itself.</summary>
    public required NodeHello Hello { get; set; }

    /// <summary>The node.</summary>
    public NodeId Id => Hello.Node;

    /// <summary>Its last word.</summary>
    public TimeSpan LastHeard { get; set; }

    /// <summary>When it was last asked why it says nothing.</summary>
    public TimeSpan LastAsked { get; set; }

    /// <summary>Its claims, the oldest first: that is what it renders, the next one is prepared.</summary>
    public List<ShardId> Leases { get; } = [];

    /// <summary>Whether it is to be emptied.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether it says itself that it takes nothing new.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Claims in a row that came to nothing.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>How often it was benched.</summary>
    public int Benchings { get; set; }

    /// <summary>It gets no work before.</summary>
    public TimeSpan BenchedUntil { get; set; }

    /// <summary>Measured throughput; 0 before the first measurement.</summary>
    public double PixelStepsPerSecond { get; set; }

    /// <summary>The share of the last minute in which it rendered.</summary>
    public double Utilisation { get; set; }

    /// <summary>Whether targets of this key were used there lately, so that they are likely to be warm.</summary>
    public bool IsWarmFor(string target) => _recentTargets.Contains(target);

    /// <summary>Targets are used there from now on.</summary>
    public void Warm(string target)
    {
        if (_recentTargets.Contains(target)) return;
        _recentTargets.Enqueue(target);
        if (_recentTargets.Count > TargetsRemembered) _recentTargets.Dequeue();
    }

    /// <summary>Takes work at this time.</summary>
    public bool IsAvailable(TimeSpan now) => !IsDraining && !IsClosed && BenchedUntil <= now;
}

/// <summary>A claim as it stands right now.</summary>
public sealed class LiveLease
{
    /// <summary>The claim.</summary>
    public required Lease Lease { get; init; }

    /// <summary>It ends unless it is renewed before.</summary>
    public TimeSpan Expires { get; set; }

    /// <summary>When the node was last told of it.</summary>
    public TimeSpan Told { get; set; }

    /// <summary>Whether the node has confirmed it to this coordinator.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>How often it was told again because the node did not seem to know.</summary>
    public int Repeats { get; set; }

    /// <summary>What the node was asked to leave it for.</summary>
    public StopReason StopAsked { get; set; }

    /// <summary>Whether an attempt under it has failed.</summary>
    public bool HasFailed { get; set; }
}

/// <summary>A node that was heard no more while it rendered.</summary>
/// <param name="Incarnation">What it called itself: if it comes back as the same, it did not die.</param>
/// <param name="Since">When it was given up.</param>
/// <param name="Blamed">What it rendered then.</param>
public sealed record SilentNode(string Incarnation, TimeSpan Since, List<CellId> Blamed);

/// <summary>
/// What is true only now: who is alive, when claims end, what waits for its turn. None of it is journaled; after a restart it grows
/// again from what the nodes say. Times are spans of a monotonic clock, so a clock that is put back or forward changes nothing.
/// </summary>
public sealed class Presence
{
    /// <summary>Nodes by id.</summary>
    public Dictionary<NodeId, NodeState> Nodes { get; } = [];

    /// <summary>Claims by shard.</summary>
    public Dictionary<ShardId, LiveLease> Leases { get; } = [];

    /// <summary>Nodes that were heard no more over their work, and have not come back.</summary>
    public Dictionary<NodeId, SilentNode> Silent { get; } = [];

    /// <summary>Cells that are not to be tried before.</summary>
    public Dictionary<CellId, TimeSpan> NotBefore { get; } = [];

    /// <summary>Jobs that are worked on in this process.</summary>
    public HashSet<JobId> Awake { get; } = [];

    /// <summary>
    /// Jobs of which a page is being read, and the cells that were finished meanwhile: the page may show them as still to be rendered.
    /// </summary>
    public Dictionary<JobId, HashSet<CellId>> Reading { get; } = [];

    /// <summary>The present scan of each job's inputs, by a number that no other scan in this process has.</summary>
    public Dictionary<JobId, long> Scans { get; } = [];

    /// <summary>The last word on how far cells are.</summary>
    public Dictionary<CellId, CellProgress> Progress { get; } = [];
}
