namespace StyleFarm.EndToEnd.Tests.Simulation;

/// <summary>What a run came to.</summary>
sealed record SimOutcome(int Seed, Faults Faults, Violation? Violation, long Turns, TimeSpan Lasted, ulong Fingerprint, int Records, int RepeatedSteps,
    IReadOnlyDictionary<string, int> DeadLetters);
