namespace StyleFarm.Backends.Cluster;

/// <summary>How a <see cref="RabbitFabric"/> behaves, beside what stands in its address.</summary>
public sealed record RabbitOptions
{
    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Spreads reconnections and chooses among hosts; seeded.</summary>
    public required Random Random { get; init; }

    /// <summary>What the connection is called in the broker's lists, such as <c>node.a</c>.</summary>
    public string Name { get; init; } = "stylefarm";

    /// <summary>Told, in one line each, what went wrong with the connection or with a message.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Messages that may be on their way to the broker, not yet confirmed by it.</summary>
    public int Window { get; init; } = 256;

    /// <summary>How long the broker may take to answer or to confirm before the connection is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a listener's queue is tried by a message to itself; it must be back as soon.</summary>
    public TimeSpan CanaryEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first wait before a reconnection; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between reconnections.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a message is tried again before it counts as returned: its listener may only have lost its connection.</summary>
    public TimeSpan ReturnGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same, from a reconnection on: after a restart of the broker the others are not there at once.</summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long the name of a queue that was deleted is left alone before it is used again.</summary>
    public TimeSpan QueueRest { get; init; } = TimeSpan.FromSeconds(2);
}
