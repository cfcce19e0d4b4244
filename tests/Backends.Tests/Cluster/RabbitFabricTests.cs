using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>Both ends have a connection of their own to a real broker.</summary>
public sealed class RabbitFabricTests(DevServices services) : FabricContract, IAsyncLifetime
{
    readonly RabbitFarm _farm = new(services);
    RabbitFabric _here = null!;
    RabbitFabric _there = null!;

    protected override IFabric Here => _here;

    protected override IFabric There => _there;

    public async ValueTask InitializeAsync() =>
        (_here, _there) = (await _farm.ConnectAsync("coordinator"), await _farm.ConnectAsync("node.a"));

    public ValueTask DisposeAsync() => _farm.DisposeAsync();
}
