namespace StyleFarm.Actors;

/// <summary>What a system is made with. (This kernel's own; Akka.NET reads HOCON instead.)</summary>
public sealed class ActorSystemOptions
{
    /// <summary>The clock of all timers and timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Chance for pauses that must not be equal; null for one that differs between processes.</summary>
    public Random? Random { get; init; }

    /// <summary>How many messages of users a mailbox holds, unless <see cref="Props.WithMailbox"/> says otherwise.</summary>
    /// <value>65536; at least 1.</value>
    public int MailboxCapacity { get; init; } = 65536;

    /// <summary>How many messages an actor handles in a row before others get the thread.</summary>
    /// <value>30; at least 1.</value>
    public int Throughput { get; init; } = 30;
}
