using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StyleFarm.TestKit.Services;

/// <summary>Stands before a server on the loopback address and decides what gets through.</summary>
public abstract class Gate : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentBag<Task> _serving = [];
    readonly Task _loop;

    /// <param name="address">Where to listen, on a free port.</param>
    protected Gate(IPAddress address)
    {
        _listener = new TcpListener(address, 0);
        _listener.Start();
        Ending = _stop.Token;
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Cancelled when the gate is closed.</summary>
    protected CancellationToken Ending { get; }

    /// <summary>Serves one connection to its end, and closes it. Throws nothing.</summary>
    protected abstract Task ServeAsync(TcpClient accepted);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_serving);
        _stop.Dispose();
        _listener.Dispose();
        GC.SuppressFinalize(this);
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(Ending)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
