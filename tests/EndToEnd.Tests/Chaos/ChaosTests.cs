using System.Globalization;
using StyleFarm.EndToEnd.Tests.Cluster;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>
/// A farm of several processes on real servers, of which everything fails now and then. `bench/chaos` runs this with many faults
/// (STYLEFARM_CHAOS) and a seed of one's own (STYLEFARM_CHAOS_SEED).
/// </summary>
public sealed class ChaosTests(ClusterServices services) : IClassFixture<ClusterServices>
{
    const int Steps = 100;

    [Fact]
    public async Task A_farm_of_which_everything_fails_now_and_then_loses_and_doubles_nothing()
    {
        var (count, seed) = (Setting("STYLEFARM_CHAOS") ?? 0, Setting("STYLEFARM_CHAOS_SEED") ?? 1);
        Assert.SkipUnless(count > 0, "takes long: bench/chaos runs it");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        Action<string> say = TestContext.Current.TestOutputHelper!.WriteLine;
        say($"{count} faults, seed {seed}; again: bench/chaos {count} {seed}");

        await using var farm = await ChaosFarm.OpenAsync(services.Servers);
        await using var journal = new JournalWatch(new JournalRows(farm.Journal, farm.Schema));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var work = new ChaosWork(farm, journal, Steps);
        var working = work.RunAsync(enough.Token);
        var run = new ChaosRun(farm, journal, say);
        await run.RunAsync(ChaosPlan.Draw(seed, count));
        await enough.CancelAsync();
        await working;
        var quarantined = await work.EndAsync(run);

        var audit = new ChaosAudit(farm, journal);
        await audit.CheckAsync(work.Taken);
        say($"{work.Taken.Count} jobs, {journal.Cells.Count} cells, {journal.Records} records: nothing lost, nothing doubled; "
            + $"{quarantined} cells were taken for killers of nodes, {work.Refusals} hand-overs had to be repeated, "
            + $"{farm.Seats.Sum(seat => seat.Ends)} processes ended for want of a service");
        say($"{audit.Resumptions} attempts went on from a checkpoint, {audit.WorstUndone} steps before the newest in the store at most "
            + $"(interval {ChaosFarm.Interval})");
        foreach (var (what, times) in run.Times.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            say($"{what}: {times.Count} times, median {times.Order().ElementAt(times.Count / 2):F1} s, worst {times.Max():F1} s");
        foreach (var number in Sample(work.Taken.Count, seed))
            say($"job {number}: {await work.CompareAsync(number)} pictures as in one undisturbed process, to the bit");
    }

    static IEnumerable<int> Sample(int count, int seed)
    {
        var numbers = Enumerable.Range(1, count).ToArray();
        new Random(seed).Shuffle(numbers);
        return numbers.Take(3);
    }

    static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
