using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Children;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>Leaders in processes of their own, which are killed and frozen.</summary>
public sealed partial class PostgresLeaderProcessTests(DevServices services) : IAsyncLifetime
{
    const int Cont = 18;
    const int Freeze = 19;

    PostgresPlace _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await PostgresPlace.NewAsync(services);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_leader_that_is_frozen_past_its_lease_and_woken_writes_nothing_and_steps_down()
    {
        using var child = Child.Start("lead", _place.Url, "1000");
        var acknowledged = await ReadAsync(child, lines: 20);
        _ = kill(child.Id, Freeze);
        await using var standby = new PostgresLeadership(_place.Address, PostgresLeadershipTests.Quick, TimeProvider.System);

        await standby.CampaignAsync("standby", Stop);
        await using var journal = new PostgresJournal(_place.Address, standby);
        await journal.OpenAsync(Stop);
        var before = await KindsAsync(journal);
        await journal.AppendAsync([new JournalEntry(before.Count + 1, "standby", default)], Stop);
        _ = kill(child.Id, Cont);
        var rest = (await child.StandardOutput.ReadToEndAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await child.WaitForExitAsync(Stop);

        Assert.Equal(LeadingWriter.Overtaken, child.ExitCode);
        var last = rest.Length > 0 ? long.Parse(rest[^1], CultureInfo.InvariantCulture) : acknowledged;
        Assert.InRange(last, acknowledged, before.Count);
        Assert.Equal([.. Enumerable.Repeat(LeadingWriter.Kind, before.Count), "standby"], await KindsAsync(journal));
    }

    [Fact]
    public async Task A_leader_that_is_killed_is_replaced_soon_though_its_lease_is_a_minute()
    {
        using var child = Child.Start("lead", _place.Url, "60000");
        await using var standby = new PostgresLeadership(_place.Address, null, TimeProvider.System);
        await ReadAsync(child, lines: 20);
        var campaign = standby.CampaignAsync("standby", Stop);
        var clock = Stopwatch.StartNew();

        child.Kill();
        await campaign;
        var took = clock.Elapsed;

        // Two seconds of grace; the rest is for a machine that is busy with other tests.
        Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        TestContext.Current.SendDiagnosticMessage("replaced after {0:0.00} s", took.TotalSeconds);
        await using var journal = new PostgresJournal(_place.Address, standby);
        await journal.OpenAsync(Stop);
        Assert.True((await KindsAsync(journal)).Count >= 20);
    }

    static async Task<long> ReadAsync(Process child, int lines)
    {
        var last = "";
        for (var i = 0; i < lines; i++) last = await child.StandardOutput.ReadLineAsync(Stop);
        return long.Parse(last!, CultureInfo.InvariantCulture);
    }

    static async Task<List<string>> KindsAsync(PostgresJournal journal)
    {
        var kinds = new List<string>();
        await foreach (var entry in journal.ReadAsync(0, Stop))
        {
            if (entry.Kind == LeadingWriter.Kind) Assert.Equal(Child.Payload(entry.Sequence), entry.Payload.ToArray());
            kinds.Add(entry.Kind);
        }

        return kinds;
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
