using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class DirectoryObjectStoreTests : ObjectStoreContract, IDisposable
{
    readonly TempFolder _folder = new();
    readonly DirectoryObjectStore _store;

    public DirectoryObjectStoreTests() => _store = new DirectoryObjectStore(_folder["store"]);

    protected override IObjectStore Store => _store;

    public void Dispose() => _folder.Dispose();
}
