using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresJournalTests(DevServices services) : JournalContract, IAsyncLifetime
{
    PostgresPlace _place = null!;

    public async ValueTask InitializeAsync() => _place = await PostgresPlace.NewAsync(services);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IJournal Another() => _place.Journal();
}
