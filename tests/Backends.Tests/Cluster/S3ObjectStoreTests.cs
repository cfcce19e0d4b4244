using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class S3ObjectStoreTests(DevServices services) : ObjectStoreContract, IAsyncLifetime
{
    S3ObjectStore _store = null!;

    public async ValueTask InitializeAsync() => _store = (await S3Place.NewAsync(services)).Store(new S3Options { ListPage = 20 });

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IObjectStore Store => _store;

    protected override int Many => 55;

    protected override int Overwrites => 20;

    // Swift says 404 when the file that it has found is replaced before it is opened.
    protected override int MissesWhileReplaced => 5;
}
