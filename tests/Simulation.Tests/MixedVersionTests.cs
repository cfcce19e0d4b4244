using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// Farms whose processes are of different versions, as while they are upgraded one after another: every invariant holds all the same, and
/// every cell is published once, in fair weather and in foul.
/// </summary>
public sealed class MixedVersionTests
{
    const int Farms = 120;

    [Theory]
    [InlineData("Present")]
    [InlineData("Older")]
    [InlineData("Newer")]
    public void Nodes_of_an_older_and_a_newer_version_finish_every_job_with_a_coordinator_that_is(string age)
    {
        var (broken, all) = (new List<SimOutcome>(), new List<SimVersions>());
        foreach (var seed in SeedsOfSeveralNodes().Take(Farms))
        {
            var versions = new SimVersions(address => AgeOf(address, Enum.Parse<Age>(age)));
            all.Add(versions);
            if (new FarmSimulation(seed, versions: versions).Run() is { Violation: not null } outcome) broken.Add(outcome);
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken.Select(outcome => $"coordinator {age}, {outcome.Describe()}")));
        Assert.True(all.Sum(versions => versions.Finished.GetValueOrDefault(Age.Older)) > Farms, "the older nodes have worked");
        Assert.True(all.Sum(versions => versions.Finished.GetValueOrDefault(Age.Newer)) > Farms, "the newer nodes have worked");
        var refused = all.SelectMany(versions => versions.Refused).GroupBy(count => count.Key)
            .ToDictionary(group => group.Key, group => group.Sum(count => count.Value));
        Assert.True(refused["a message of unknown kind 'node-temperature'; is its sender newer?"] > 0);
        Assert.True(refused["a message 'cell-finished' of version 2; version 1 is known here"] > Farms);
        Assert.True(refused["a message 'node-hello' of version 2; version 1 is known here"] > Farms);
        Assert.Equal(age != "Older", refused.ContainsKey("an older one does not know 'cancel-shard'"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{all.Count} farms, {refused.Values.Sum()} messages refused");
    }

    [Fact]
    public void A_version_that_leaves_out_what_must_be_there_is_noticed()
    {
        var noticed = SeedsOfSeveralNodes().Take(10).Count(seed =>
            new FarmSimulation(seed, versions: new SimVersions(_ => Age.Present) { Loses = ("cell-finished", "losses") })
                .Run().Violation is not null);

        Assert.NotEqual(0, noticed);
    }

    // Every sixteenth seed is of fair weather; here it is a fourth of them.
    static IEnumerable<int> SeedsOfSeveralNodes() =>
        Enumerable.Range(1, 10_000).Select(i => i % 4 == 0 ? 4 * i : i).Distinct().Where(seed => new SimPlan(seed).Nodes >= 2);

    // Nodes are called p, q, r, …
    static Age AgeOf(string address, Age ofCoordinator) =>
        address == IFabric.Coordinator ? ofCoordinator : address[^1] % 2 == 0 ? Age.Older : Age.Newer;
}
