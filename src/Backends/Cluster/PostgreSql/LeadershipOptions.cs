namespace StyleFarm.Backends.Cluster;

/// <summary>How long a leader may be silent.</summary>
public sealed record LeadershipOptions
{
    /// <summary>After the last renewal, others take over then: from a leader that is frozen, or cut off.</summary>
    /// <value>8 s.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How often the leader renews its lease.</summary>
    /// <value>1 s.</value>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often those who stand by look at the leader.</summary>
    /// <value>250 ms.</value>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// For so long a leader whose connection has ended may come back, as after a restart of the database; then others take over, though
    /// its lease has not ended. Longer than <see cref="RenewEvery"/>.
    /// </summary>
    /// <value>2 s.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Every fault in these values; empty when there is none.</summary>
    public IEnumerable<string> Faults()
    {
        if (RenewEvery <= TimeSpan.Zero || LookEvery <= TimeSpan.Zero) yield return "RenewEvery and LookEvery must be longer than nothing";
        if (Grace <= RenewEvery) yield return $"Grace ({Grace}) must be longer than RenewEvery ({RenewEvery})";
        if (Lease <= Grace) yield return $"Lease ({Lease}) must be longer than Grace ({Grace})";
    }
}
