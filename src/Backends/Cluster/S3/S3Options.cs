namespace StyleFarm.Backends.Cluster;

/// <summary>How much patience there is with an S3 service.</summary>
public sealed record S3Options
{
    /// <summary>One request that takes longer is given up, and may be tried again.</summary>
    /// <value>30 s.</value>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A request with all its repetitions takes no longer.</summary>
    /// <value>90 s.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The same while the service is tried out: who has mistyped its address is not to wait long.</summary>
    /// <value>10 s.</value>
    public TimeSpan ProbeDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait before the second try; it doubles with each further one.</summary>
    /// <value>200 ms.</value>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before any try.</summary>
    /// <value>10 s.</value>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Larger objects are sent in parts of this size. Services want at least 5 MiB.</summary>
    /// <value>16 MiB.</value>
    public int PartBytes { get; init; } = 16 << 20;

    /// <summary>So many parts of one object are under way at once.</summary>
    /// <value>3.</value>
    public int ParallelParts { get; init; } = 3;

    /// <summary>So many objects are asked for at once when listing; services give no more than 1000.</summary>
    /// <value>1000.</value>
    public int ListPage { get; init; } = 1000;
}
