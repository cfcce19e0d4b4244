namespace StyleFarm.Simulation.Tests;

/// <summary>What a run came to.</summary>
sealed record SimOutcome(int Seed, Faults Faults, Violation? Violation, long Turns, TimeSpan Lasted, ulong Fingerprint, int Records, int RepeatedSteps,
    IReadOnlyDictionary<string, int> DeadLetters)
{
    /// <summary>For people: what was broken, and how to see it again.</summary>
    public string Describe() => $"seed {Seed} ({Faults}): {Violation}\n  again: bench/simulate --replay {Seed}";
}
