using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A password that is changed while a coordinator leads.</summary>
public sealed class PostgresPasswordTests(DevServices services) : IAsyncLifetime
{
    readonly string _user = $"u_{Guid.NewGuid():N}"[..16];
    PostgresPlace _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _place = await PostgresPlace.NewAsync(services);
        await _place.RunAsync($"create role {_user} login password 'before'; create schema {_place.Schema} authorization {_user}");
    }

    public async ValueTask DisposeAsync() => await _place.RunAsync($"drop schema {_place.Schema} cascade; drop role {_user}");

    [Fact]
    public async Task A_leader_whose_password_is_changed_waits_until_it_is_let_in_again()
    {
        var address = _place.With($"farm:{_place.Password}@", $"{_user}:before@");
        await using var leadership = new PostgresLeadership(address, PostgresLeadershipTests.LongLease, TimeProvider.System);
        await leadership.CampaignAsync("one", Stop);
        await using var journal = new PostgresJournal(address, leadership);
        await journal.OpenAsync(Stop);

        await ChangeAsync("after");

        Func<Task>[] calls = [() => leadership.RenewAsync(Stop), () => journal.RenewAsync(Stop), () => journal.OpenAsync(Stop)];
        foreach (var call in calls)
            Assert.True((await Assert.ThrowsAsync<JournalException>(call)).IsTransient);
        var refusal = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));
        Assert.Contains($"the password of the user {_user} is wrong", refusal.Message);
        Assert.False((await Assert.ThrowsAsync<JournalException>(() => new PostgresJournal(address).OpenAsync(Stop))).IsTransient);

        await ChangeAsync("before");
        await leadership.RenewAsync(Stop);
        await journal.OpenAsync(Stop);
        await journal.AppendAsync([new JournalEntry(1, "kind", default)], Stop);
    }

    [Fact]
    public async Task A_writer_at_rest_whose_connection_broke_renews_its_place_over_another_and_writes_on()
    {
        await using var journal = new PostgresJournal(_place.With($"farm:{_place.Password}@", $"{_user}:before@"));
        await journal.OpenAsync(Stop);
        await journal.RenewAsync(Stop);

        await ChangeAsync("after");
        await Assert.ThrowsAsync<JournalException>(() => journal.RenewAsync(Stop));
        await Assert.ThrowsAsync<JournalException>(() => journal.RenewAsync(Stop));
        await ChangeAsync("before");

        await journal.RenewAsync(Stop);
        await journal.AppendAsync([new JournalEntry(1, "kind", default)], Stop);
    }

    [Fact]
    public async Task A_writer_whose_write_broke_must_open_the_journal_anew()
    {
        await using var journal = new PostgresJournal(_place.With($"farm:{_place.Password}@", $"{_user}:before@"));
        await journal.OpenAsync(Stop);

        await ChangeAsync("before");
        await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([new JournalEntry(1, "kind", default)], Stop));

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.RenewAsync(Stop));
        Assert.Contains("open the journal anew", error.Message);
        await journal.OpenAsync(Stop);
    }

    Task ChangeAsync(string password) => _place.RunAsync(
        $"alter role {_user} password '{password}'; select pg_terminate_backend(pid) from pg_stat_activity where usename = '{_user}'");
}
