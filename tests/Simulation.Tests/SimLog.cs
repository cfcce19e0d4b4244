using StyleFarm.Actors.Testing;

namespace StyleFarm.Simulation.Tests;

/// <summary>What happened in a run, for people. A run keeps none; one that failed is done again with it.</summary>
sealed class SimLog(DeterministicWorld world, Action<string> write)
{
    public void Add(string line) => write($"{world.Time.Elapsed.TotalSeconds,9:F3} {line}");
}
