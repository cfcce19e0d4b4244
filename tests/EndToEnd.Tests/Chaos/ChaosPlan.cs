namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>What can go wrong.</summary>
enum FaultKind
{
    NodeKilled,
    NodeFrozen,
    NodeCut,
    LeaderKilled,
    LeaderFrozen,
    LeaderCut,
    StandbyKilled,
    BrokerKilled,
    BrokerHeld,
    DatabaseKilled,
    DatabaseHeld,
    StoreKilled,
    StoreRefuses,
    StoreHangs,
    StoreIsSlow,
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Kind">What.</param>
/// <param name="Pick">Chooses among the nodes, for faults of nodes.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="IsPaired">Whether the fault after it happens at the same time.</param>
sealed record ChaosFault(int Number, FaultKind Kind, int Pick, double Seconds, bool IsPaired)
{
    /// <summary>What it strikes: node, leader, broker, database or store.</summary>
    public string Subject => Kind switch
    {
        FaultKind.NodeKilled or FaultKind.NodeFrozen or FaultKind.NodeCut => "node",
        FaultKind.LeaderKilled or FaultKind.LeaderFrozen or FaultKind.LeaderCut or FaultKind.StandbyKilled => "leader",
        FaultKind.BrokerKilled or FaultKind.BrokerHeld => "broker",
        FaultKind.DatabaseKilled or FaultKind.DatabaseHeld => "database",
        _ => "store",
    };

    public override string ToString() => $"{Number,3} {Kind} for {Seconds:F1} s{(IsPaired ? ", with the next" : "")}";
}

/// <summary>Faults drawn from a seed: the same seed gives the same faults in the same order.</summary>
static class ChaosPlan
{
    /// <summary>Each kind comes once before any comes again; one in four has a companion of another subject.</summary>
    public static IReadOnlyList<ChaosFault> Draw(int seed, int count)
    {
        var random = new Random(seed);
        var kinds = new List<FaultKind>();
        while (kinds.Count < count)
        {
            var deck = Enum.GetValues<FaultKind>();
            random.Shuffle(deck);
            kinds.AddRange(deck);
        }

        var faults = new List<ChaosFault>();
        for (var i = 0; i < count; i++)
            faults.Add(new ChaosFault(i + 1, kinds[i], random.Next(1000), SecondsOf(kinds[i], random), random.Next(4) == 0));
        for (var i = 0; i < count; i++)
            if (i == count - 1 || faults[i].Subject == faults[i + 1].Subject || i > 0 && faults[i - 1].IsPaired)
                faults[i] = faults[i] with { IsPaired = false };
        return faults;
    }

    // Nodes and leaders are away for longer than their leases of 10 and 8 s.
    static double SecondsOf(FaultKind kind, Random random) => kind switch
    {
        FaultKind.NodeKilled or FaultKind.LeaderKilled or FaultKind.StandbyKilled => 1 + 2 * random.NextDouble(),
        FaultKind.NodeFrozen or FaultKind.NodeCut => 12 + 4 * random.NextDouble(),
        FaultKind.LeaderFrozen or FaultKind.LeaderCut => 11 + 4 * random.NextDouble(),
        FaultKind.BrokerKilled or FaultKind.DatabaseKilled or FaultKind.StoreKilled => 1 + 4 * random.NextDouble(),
        _ => 3 + 6 * random.NextDouble(),
    };
}
