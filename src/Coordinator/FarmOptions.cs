namespace StyleFarm.Coordinator;

/// <summary>The rules that the farm goes by.</summary>
public sealed record FarmOptions
{
    /// <summary>How often nodes send a heartbeat.</summary>
    /// <value>2 s</value>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a claim lasts after a heartbeat.</summary>
    /// <value>10 s</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a shard should take.</summary>
    /// <value>45 s</value>
    public TimeSpan ShardTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Cells to a shard at most.</summary>
    /// <value>16</value>
    public int MaxShardCells { get; init; } = 16;

    /// <summary>Cells to a shard while nothing is measured yet.</summary>
    /// <value>4</value>
    public int FirstShardCells { get; init; } = 4;

    /// <summary>Waiting cells to a job at most: its inputs are read no further ahead.</summary>
    /// <value>256</value>
    public int LookAhead { get; init; } = 256;

    /// <summary>Claims that a node holds at most: one is rendered, the next is prepared.</summary>
    /// <value>2</value>
    public int ShardsPerNode { get; init; } = 2;

    /// <summary>The wait after a cell's first failure; it doubles with each.</summary>
    /// <value>2 s</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between tries.</summary>
    /// <value>2 min</value>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Nodes that may die over a cell before it is quarantined.</summary>
    /// <value>3</value>
    public int MaxCrashes { get; init; } = 3;

    /// <summary>Failing claims in a row after which a node is benched.</summary>
    /// <value>3</value>
    public int BenchAfter { get; init; } = 3;

    /// <summary>How long the first benching lasts; it doubles with each, up to an hour.</summary>
    /// <value>1 min</value>
    public TimeSpan BenchFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether jobs of earlier processes go on when the coordinator starts.</summary>
    /// <value>false</value>
    public bool WakesAllJobs { get; init; }
}
