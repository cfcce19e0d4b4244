using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresJournalCopierTests(DevServices services) : JournalCopierContract, IAsyncLifetime
{
    readonly Dictionary<string, PostgresPlace> _places = [];
    ServiceAddress _server = null!;

    public async ValueTask InitializeAsync() => _server = await services.StartAsync(Service.Postgres);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IJournal Journal(string name) => Place(name).Journal();

    protected override IJournalCopier Copier(string name) => new PostgresJournalCopier(Place(name).Address);

    [Fact]
    public async Task A_journal_that_somebody_leads_is_not_filled()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var leadership = new PostgresLeadership(Place("target").Address, null, TimeProvider.System);
        await leadership.CampaignAsync("one", stop);

        var failure = await Assert.ThrowsAsync<JournalException>(() => Copier("target").CheckEmptyAsync(stop));
        Assert.Contains("one leads this farm", failure.Message);

        await leadership.ResignAsync(stop);
        await Copier("target").CheckEmptyAsync(stop);
    }

    PostgresPlace Place(string name) => _places.TryGetValue(name, out var place) ? place : _places[name] = new PostgresPlace(_server);
}
