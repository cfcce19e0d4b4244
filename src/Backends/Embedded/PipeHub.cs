using System.Collections.Concurrent;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// The parent's end of the fabric of child processes: what is sent to a child's address goes through its streams, and what the child
/// sends goes into the parent's fabric, whichever that is.
/// </summary>
/// <param name="fabric">The parent's.</param>
/// <param name="clock">The time.</param>
/// <param name="notice">Told, in one line each, what a child did wrong, and what it printed between its messages.</param>
public sealed class PipeHub(IFabric fabric, TimeProvider clock, Action<string>? notice = null) : IAsyncDisposable
{
    readonly ConcurrentDictionary<PipeLink, byte> _links = new();

    /// <summary>
    /// Attaches a child: it may listen on an address, and on those that begin with it and a dot. Nothing is delivered to it before it
    /// listens.
    /// </summary>
    /// <param name="address">Such as <c>node.a</c>.</param>
    /// <param name="fromChild">What the child writes: its standard output.</param>
    /// <param name="toChild">What the child reads: its standard input. Both are closed with the link, which tells the child to end.</param>
    public PipeLink Attach(string address, Stream fromChild, Stream toChild)
    {
        var link = new PipeLink(address, fabric, fromChild, toChild, clock, notice);
        _links.TryAdd(link, 0);
        _ = link.Closed.ContinueWith(_ => _links.TryRemove(link, out var _), TaskScheduler.Default);
        return link;
    }

    /// <summary>Detaches all children.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_links.Keys.Select(link => link.DisposeAsync().AsTask()));
}
