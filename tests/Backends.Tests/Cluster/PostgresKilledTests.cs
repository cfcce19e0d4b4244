using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;
using static StyleFarm.Backends.Tests.Cluster.PostgresLeadershipTests;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A server of their own, to be killed.</summary>
public sealed class PostgresKilledTests(PostgresKilledTests.Servers servers) : IClassFixture<PostgresKilledTests.Servers>
{
    readonly DevServices _own = servers.Own;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public sealed class Servers : IAsyncDisposable
    {
        public DevServices Own { get; } = DevServices.Own();

        public ValueTask DisposeAsync() => Own.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_killed_fails_the_append_and_nothing_acknowledged_is_lost()
    {
        var place = await PostgresPlace.NewAsync(_own);
        await using var journal = place.Journal();
        await journal.OpenAsync(Stop);
        await journal.AppendAsync([new JournalEntry(1, "kind", "{}"u8.ToArray())], Stop);

        await _own.KillAsync("postgres");
        var error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([new JournalEntry(2, "kind", default)], Stop));
        var again = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([new JournalEntry(2, "kind", default)], Stop));
        var opening = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));
        await _own.ReviveAsync("postgres");

        Assert.True(error.IsTransient && again.IsTransient && opening.IsTransient);
        Assert.Equal(2, (await journal.OpenAsync(Stop)).Epoch);
        await journal.AppendAsync([new JournalEntry(2, "kind", default)], Stop);
    }

    [Fact]
    public async Task A_campaign_that_cannot_begin_says_why_and_one_under_way_waits_for_the_database()
    {
        var place = await PostgresPlace.NewAsync(_own);
        var notices = new List<string>();
        await using var leader = new PostgresLeadership(place.Address, LongLease, TimeProvider.System);
        await using var standby = new PostgresLeadership(place.Address, LongLease, TimeProvider.System, notices.Add);
        await leader.CampaignAsync("leader", Stop);
        var campaign = standby.CampaignAsync("standby", Stop);
        await standby.LookAsync(Stop);

        await _own.KillAsync("postgres");
        await using var late = new PostgresLeadership(place.Address, LongLease, TimeProvider.System);
        var error = await Assert.ThrowsAsync<JournalException>(() => late.CampaignAsync("late", Stop));
        await _own.ReviveAsync("postgres");
        await campaign;

        Assert.Contains("is the database running there", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(notices);
        Assert.Equal("standby", (await standby.LookAsync(Stop)).Holder);
    }
}
