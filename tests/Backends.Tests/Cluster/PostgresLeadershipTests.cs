using System.Diagnostics;
using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresLeadershipTests(DevServices services) : IAsyncLifetime
{
    internal static readonly LeadershipOptions Quick = new()
    {
        Lease = TimeSpan.FromMilliseconds(900),
        RenewEvery = TimeSpan.FromMilliseconds(50),
        LookEvery = TimeSpan.FromMilliseconds(20),
        Grace = TimeSpan.FromMilliseconds(200),
    };

    // So long that within a test it never ends.
    internal static readonly LeadershipOptions LongLease = Quick with { Lease = TimeSpan.FromMinutes(5) };

    readonly List<IAsyncDisposable> _open = [];
    PostgresPlace _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await PostgresPlace.NewAsync(services);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _open) await one.DisposeAsync();
    }

    [Fact]
    public async Task The_first_leads_at_once_and_opens_the_journal()
    {
        var leadership = Leadership(LongLease);

        var epoch = await leadership.CampaignAsync("one", Stop);
        var start = await Journal(leadership).OpenAsync(Stop);

        Assert.True(epoch >= 1 && start.Epoch > epoch);
        var leader = await leadership.LookAsync(Stop);
        Assert.Equal(("one", start.Epoch), (leader.Holder, leader.Epoch));
        Assert.InRange(leader.Remaining, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Of_many_that_campaign_at_once_one_leads()
    {
        var all = Enumerable.Range(0, 8).Select(_ => Leadership(LongLease)).ToList();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var campaigns = all.Select((one, i) => one.CampaignAsync($"c{i}", enough.Token)).ToList();

        var first = await Task.WhenAny(campaigns);
        var others = campaigns.Where(one => one != first).ToList();
        await all[campaigns.IndexOf(first)].RenewAsync(Stop);
        await enough.CancelAsync();

        foreach (var other in others) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        await Journal(all[campaigns.IndexOf(first)]).OpenAsync(Stop);
    }

    [Fact]
    public async Task A_leader_that_renews_is_not_replaced_though_its_first_lease_is_over()
    {
        var options = Quick with { Lease = TimeSpan.FromSeconds(2) };
        var (leader, standby) = (Leadership(options), Leadership(options));
        var epoch = await leader.CampaignAsync("leader", Stop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var keeping = leader.KeepAsync(end.Token);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        enough.CancelAfter(options.Lease * 1.2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => standby.CampaignAsync("standby", enough.Token));

        Assert.False(keeping.IsCompleted);
        Assert.Equal(epoch, (await leader.LookAsync(Stop)).Epoch);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);
    }

    [Fact]
    public async Task A_leader_that_is_silent_past_its_lease_is_replaced_and_when_it_wakes_can_write_nothing()
    {
        var frozen = Leadership(Quick);
        await frozen.CampaignAsync("frozen", Stop);
        var old = Journal(frozen);
        await old.OpenAsync(Stop);
        await old.AppendAsync([Entry(1)], Stop);
        var standby = Leadership(Quick);
        var clock = Stopwatch.StartNew();

        await standby.CampaignAsync("standby", Stop);
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8));
        // Before the new leader has even opened the journal.
        var append = await Assert.ThrowsAsync<JournalException>(() => old.AppendAsync([Entry(2)], Stop));
        var snapshot = await Assert.ThrowsAsync<JournalException>(() => old.SaveSnapshotAsync(1, "{}"u8.ToArray(), Stop));
        var renewal = await Assert.ThrowsAsync<JournalException>(() => frozen.RenewAsync(Stop));
        var keeping = await Assert.ThrowsAsync<JournalException>(() => frozen.KeepAsync(Stop));
        var opening = await Assert.ThrowsAsync<JournalException>(() => old.OpenAsync(Stop));

        Assert.All([append, snapshot, renewal, keeping, opening], error => Assert.True(error.IsOvertaken && !error.IsTransient, error.Message));
        await frozen.ResignAsync(Stop);
        Assert.Equal("standby", (await standby.LookAsync(Stop)).Holder);
        var journal = Journal(standby);
        await journal.OpenAsync(Stop);
        await journal.AppendAsync([Entry(2)], Stop);
    }

    [Fact]
    public async Task A_leader_whose_process_ends_is_replaced_long_before_its_lease_does()
    {
        var killed = Leadership(LongLease);
        await killed.CampaignAsync("killed", Stop);
        var standby = Leadership(LongLease);
        var campaign = standby.CampaignAsync("standby", Stop);
        Assert.False(campaign.IsCompleted);

        // What the system does with the sockets of a process that is killed.
        await EndSessionsAsync();
        await campaign;

        Assert.Equal("standby", (await standby.LookAsync(Stop)).Holder);
    }

    [Fact]
    public async Task A_leader_that_resigns_is_replaced_at_once()
    {
        var (leader, standby) = (Leadership(LongLease), Leadership(LongLease));
        var first = await leader.CampaignAsync("leader", Stop);
        await leader.ResignAsync(Stop);

        Assert.Null((await standby.LookAsync(Stop)).Holder);
        Assert.True(await standby.CampaignAsync("standby", Stop) > first);
    }

    [Fact]
    public async Task Who_leads_already_need_not_wait_for_itself_and_who_resigned_leads_no_more()
    {
        var leader = Leadership(LongLease);
        var first = await leader.CampaignAsync("leader", Stop);

        Assert.Equal(first, await leader.CampaignAsync("leader", Stop));
        await leader.ResignAsync(Stop);
        Assert.True((await Assert.ThrowsAsync<JournalException>(() => leader.RenewAsync(Stop))).IsOvertaken);
        Assert.True(await leader.CampaignAsync("leader", Stop) > first);
    }

    [Fact]
    public async Task A_leader_whose_connection_breaks_comes_back_and_stays_leader()
    {
        var (leader, standby) = (Leadership(LongLease), Leadership(LongLease));
        await leader.CampaignAsync("leader", Stop);
        await EndSessionsAsync();

        await leader.RenewAsync(Stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        enough.CancelAfter(LongLease.Grace * 3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => standby.CampaignAsync("standby", enough.Token));

        Assert.Equal("leader", (await leader.LookAsync(Stop)).Holder);
    }

    [Fact]
    public async Task A_leader_that_froze_in_the_middle_of_a_write_does_not_hold_the_next_one_up()
    {
        var frozen = Leadership(Quick);
        await frozen.CampaignAsync("frozen", Stop);
        await using var held = await _place.ConnectAsync(PostgresSession.WriterName(_place.Address));
        await using (var command = new NpgsqlCommand("begin; update head set last = last", held)) await command.ExecuteNonQueryAsync(Stop);
        var standby = Leadership(Quick);

        await standby.CampaignAsync("standby", Stop);

        Assert.Equal("standby", (await standby.LookAsync(Stop)).Holder);
    }

    [Fact]
    public async Task Opening_the_journal_without_the_lead_is_refused()
    {
        await Leadership(LongLease).CampaignAsync("leader", Stop);
        await using var journal = Journal(Leadership(LongLease));

        Assert.True((await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop))).IsOvertaken);
    }

    [Fact]
    public void Options_that_do_not_fit_together_are_refused_with_all_their_faults()
    {
        var options = new LeadershipOptions { Lease = TimeSpan.FromSeconds(1), RenewEvery = TimeSpan.FromSeconds(3) };

        var error = Assert.Throws<ArgumentException>(() => new PostgresLeadership(_place.Address, options, TimeProvider.System));

        Assert.Contains("Grace (00:00:02) must be longer than RenewEvery (00:00:03); Lease (00:00:01) must", error.Message, StringComparison.Ordinal);
    }

    PostgresLeadership Leadership(LeadershipOptions options)
    {
        var leadership = new PostgresLeadership(_place.Address, options, TimeProvider.System);
        _open.Add(leadership);
        return leadership;
    }

    PostgresJournal Journal(PostgresLeadership leadership)
    {
        var journal = new PostgresJournal(_place.Address, leadership);
        _open.Add(journal);
        return journal;
    }

    Task EndSessionsAsync() => _place.RunAsync(
        $"""
         select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'
         and objid = hashtext('{_place.Schema}')::oid and pid <> pg_backend_pid()
         """);

    static JournalEntry Entry(long sequence) => new(sequence, "kind", "{}"u8.ToArray());
}
