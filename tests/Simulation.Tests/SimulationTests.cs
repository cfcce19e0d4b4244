using System.Globalization;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// The real coordinator and node actors under faults, on one thread in virtual time. STYLEFARM_SIM_SEEDS says how many seeds to run and
/// STYLEFARM_SIM_FIRST with which to begin.
/// </summary>
public sealed class SimulationTests
{
    const int StandardSeeds = 2000;

    [Fact]
    public void Every_invariant_holds_whatever_fails()
    {
        var (first, count) = (Setting("STYLEFARM_SIM_FIRST", 1), Setting("STYLEFARM_SIM_SEEDS", StandardSeeds));

        var broken = new List<SimOutcome>();
        SeedRange.Run(first, count, outcome =>
        {
            if (outcome.Violation is not null) broken.Add(outcome);
        });

        Assert.True(broken.Count == 0, string.Join('\n', broken.OrderBy(outcome => outcome.Seed).Select(outcome => outcome.Describe())));
    }

    [Theory]
    [InlineData(Sabotage.JournalForgets)]
    [InlineData(Sabotage.CheckpointsAreIgnored)]
    [InlineData(Sabotage.FinishedTooEarly)]
    [InlineData(Sabotage.EpochStands)]
    public void What_is_done_wrong_on_purpose_is_noticed(Sabotage sabotage)
    {
        var noticed = Enumerable.Range(1, 40).Count(seed => new FarmSimulation(seed, sabotage: sabotage).Run().Violation is not null);

        Assert.NotEqual(0, noticed);
        TestContext.Current.TestOutputHelper!.WriteLine($"{noticed} of 40 seeds");
    }

    static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
