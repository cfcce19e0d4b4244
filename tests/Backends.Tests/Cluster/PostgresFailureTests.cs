using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>What a person reads when the database cannot be used as told.</summary>
public sealed class PostgresFailureTests(DevServices services) : IAsyncLifetime
{
    PostgresPlace _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await PostgresPlace.NewAsync(services);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task A_wrong_password_is_named() => RefusedAsync(
        _place.With(_place.Password, "sesame"), "the password of the user farm is wrong, or there is no such user; check PGPASSWORD", false);

    [Fact]
    public Task A_missing_password_is_named() =>
        RefusedAsync(_place.With($":{_place.Password}", ""), "wants a password for the user farm; set PGPASSWORD", false);

    [Fact]
    public Task An_unknown_user_is_named() => RefusedAsync(_place.With("//farm", "//nobody"), "the user nobody is wrong, or there is no such user", false);

    [Fact]
    public Task A_missing_database_is_named_with_the_command_that_makes_it() =>
        RefusedAsync(_place.With("/stylefarm?", "/nothing?"), "there is no database nothing; make it: createdb -O farm nothing", false);

    [Fact]
    public Task A_host_that_does_not_exist_is_named() =>
        RefusedAsync(_place.With("127.0.0.1", "no-such-host.invalid"), "there is no host no-such-host.invalid; check the address", true);

    [Fact]
    public Task A_port_where_nothing_listens_is_named() =>
        RefusedAsync(PostgresAddress.Parse($"postgres://farm:{_place.Password}@127.0.0.1:1/stylefarm"), "is the database running there, and the port right?", true);

    [Fact]
    public Task A_server_without_certificate_is_named_when_one_is_wanted() =>
        RefusedAsync(PostgresAddress.Parse($"{_place.Url}&sslmode=verify-full"), "the server offers no secure connection; give it a certificate", false);

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        using var silent = new SilentServer();

        await RefusedAsync(PostgresAddress.Parse($"postgres://farm:{_place.Password}@127.0.0.1:{silent.Port}/stylefarm?connect_timeout=1"), "does not answer in time", true);
    }

    [Fact]
    public async Task A_user_without_the_right_to_make_tables_is_named_with_the_grant()
    {
        var user = $"u_{Guid.NewGuid():N}";
        await _place.RunAsync($"create role {user} login password 'sesame'");

        await RefusedAsync(
            _place.With($"farm:{_place.Password}@", $"{user}:sesame@"), $"grant create on database stylefarm to {user}", false);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_named()
    {
        var user = $"u_{Guid.NewGuid():N}";
        await _place.RunAsync(
            $"create role {user} login password 'sesame'; grant create on database stylefarm to {user}; "
            + $"alter role {user} set default_transaction_read_only = on");

        await RefusedAsync(_place.With($"farm:{_place.Password}@", $"{user}:sesame@"), "takes no writes: is it a replica?", true);
    }

    async Task RefusedAsync(PostgresAddress at, string says, bool isTransient)
    {
        await using var journal = new PostgresJournal(at);

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, error.IsTransient);
        Assert.StartsWith(at.Description, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain(_place.Password, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
    }
}
