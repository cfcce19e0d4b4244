using System.Diagnostics;
using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;
using static StyleFarm.Backends.Tests.Cluster.PostgresLeadershipTests;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A server of their own, to be killed and set up otherwise.</summary>
public sealed class PostgresOwnServerTests(PostgresOwnServerTests.Servers servers) : IClassFixture<PostgresOwnServerTests.Servers>
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
    public async Task A_first_campaign_that_cannot_begin_says_why_and_a_later_one_waits_for_the_database()
    {
        var place = await PostgresPlace.NewAsync(_own);
        var notices = new List<string>();
        await using var standby = new PostgresLeadership(place.Address, LongLease, TimeProvider.System, notices.Add);
        await standby.CampaignAsync("standby", Stop);

        await _own.KillAsync("postgres");
        var campaign = standby.CampaignAsync("standby", Stop);
        await using var late = new PostgresLeadership(place.Address, LongLease, TimeProvider.System);
        var error = await Assert.ThrowsAsync<JournalException>(() => late.CampaignAsync("late", Stop));
        await _own.ReviveAsync("postgres");
        await campaign;

        Assert.Contains("is the database running there", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(notices);
        Assert.Equal("standby", (await standby.LookAsync(Stop)).Holder);
    }

    [Fact]
    public async Task A_certificate_is_trusted_when_its_file_is_given_and_only_then()
    {
        var place = await PostgresPlace.NewAsync(_own);
        using var certificate = new LoopbackCertificate();
        var data = Path.Combine(_own.Folder, "postgres", "data");
        await File.WriteAllTextAsync(Path.Combine(data, "server.crt"), certificate.CertificatePem, Stop);
        await File.WriteAllTextAsync(Path.Combine(data, "server.key"), certificate.KeyPem, Stop);
        // The server wants its key to be its own, and nobody else's.
        using (var own = Process.Start("bash", ["-c", "cd \"$0\" && chown --reference=. server.key server.crt && chmod 600 server.key", data]))
            await own.WaitForExitAsync(Stop);
        await place.RunAsync("alter system set ssl = on");
        await _own.RestartAsync("postgres");

        await using var strict = new PostgresJournal(PostgresAddress.Parse($"{place.Url}&sslmode=verify-full"));
        var error = await Assert.ThrowsAsync<JournalException>(() => strict.OpenAsync(Stop));
        var trusting = PostgresAddress.Parse($"{place.Url}&sslmode=verify-full&sslrootcert={Path.Combine(data, "server.crt")}");
        await using var journal = new PostgresJournal(trusting);
        await journal.OpenAsync(Stop);

        Assert.Contains("no secure connection", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        await using var connection = await place.ConnectAsync();
        await using var command = new NpgsqlCommand(
            $"select bool_or(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where application_name = '{PostgresSession.WriterName(trusting)}'",
            connection);
        Assert.Equal(true, await command.ExecuteScalarAsync(Stop));
    }
}
