namespace StyleFarm.Simulation.Tests;

/// <summary>Many seeds on all cores; each run has a thread of its own and shares nothing with the others.</summary>
static class SeedRange
{
    /// <summary>Runs seeds from <paramref name="first"/> on; <paramref name="take"/> gets the outcomes one at a time, in no order.</summary>
    public static void Run(int first, int count, Action<SimOutcome> take)
    {
        var gate = new Lock();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var outcome = new FarmSimulation(seed).Run();
            lock (gate) take(outcome);
        });
    }
}
