using System.Globalization;

namespace StyleFarm.EndToEnd.Tests.Simulation;

/// <summary>
/// The real coordinator and node actors under faults, on one thread in virtual time. STYLEFARM_SIM_SEEDS says how many seeds to run and
/// STYLEFARM_SIM_FIRST with which to begin.
/// </summary>
public sealed class SimulationTests
{
    const int StandardSeeds = 140;

    [Fact]
    public void Every_invariant_holds_whatever_fails()
    {
        var (first, count) = (Setting("STYLEFARM_SIM_FIRST", 1), Setting("STYLEFARM_SIM_SEEDS", StandardSeeds));

        var broken = Enumerable.Range(first, count).Select(seed => new FarmSimulation(seed).Run()).Where(outcome => outcome.Violation is not null).ToList();

        Assert.True(broken.Count == 0, string.Join('\n', broken.Select(outcome =>
            $"seed {outcome.Seed} ({outcome.Faults}): {outcome.Violation}; again: STYLEFARM_SIM_FIRST={outcome.Seed} STYLEFARM_SIM_SEEDS=1 ./test EndToEnd -- -class '*SimulationTests'")));
    }

    static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
