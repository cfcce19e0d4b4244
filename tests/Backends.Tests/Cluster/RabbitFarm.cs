using System.Collections.Concurrent;
using RabbitMQ.Client;
using StyleFarm.Backends.Cluster;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A farm of its own on a real broker, for one test, and fabrics that belong to it.</summary>
public sealed class RabbitFarm(DevServices services) : IAsyncDisposable
{
    const int Seed = 20_240_501;

    readonly List<RabbitFabric> _fabrics = [];

    public string Name { get; } = "t" + Guid.CreateVersion7().ToString("N");

    /// <summary>What all fabrics of this farm have told.</summary>
    public ConcurrentQueue<string> Notices { get; } = new();

    public static RabbitOptions Options { get; } = new() { Random = new Random(Seed) };

    /// <summary>The address of the broker, in this farm.</summary>
    public async Task<string> UrlAsync() => $"{(await services.StartAsync(Service.RabbitMq)).Url}?farm={Name}&heartbeat=2";

    public async Task<RabbitFabric> ConnectAsync(string name = "test", Func<RabbitOptions, RabbitOptions>? change = null)
    {
        var options = Options with { Name = name, Notice = Notices.Enqueue };
        var fabric = await RabbitFabric.ConnectAsync(await UrlAsync(), change?.Invoke(options) ?? options,
            TestContext.Current.CancellationToken);
        _fabrics.Add(fabric);
        return fabric;
    }

    /// <summary>Does with the client itself what a fabric does not do.</summary>
    public async Task RawAsync(Func<IChannel, Task> act)
    {
        var address = RabbitAddress.Parse(await UrlAsync());
        await using var connection = await new RabbitDialer(address, Options).ConnectAsync(address.Hosts[0],
            TestContext.Current.CancellationToken);
        // With confirms: what is only written when the connection is closed may be lost.
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null));
        await act(channel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var fabric in _fabrics) await fabric.DisposeAsync();
        await RabbitFabric.RemoveFarmAsync(RabbitAddress.Parse(await UrlAsync()), Options, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until something is so, up to 60 s.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 3000, $"{what} did not come to be so within 60 s; told was: {string.Join(" | ", Notices)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
