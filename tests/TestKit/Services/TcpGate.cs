using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StyleFarm.TestKit.Services;

/// <summary>Stands before a server on the loopback address, passes bytes on both ways, and can hold them back.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentBag<Task> _serving = [];
    readonly int _port;
    readonly Task _loop;
    volatile TaskCompletionSource _open = Opened();

    /// <param name="address">Where to listen, on a free port.</param>
    /// <param name="port">Of the server.</param>
    public TcpGate(IPAddress address, int port)
    {
        (_listener, _port) = (new TcpListener(address, 0), port);
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint At => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>From now on bytes wait: connections stand, and nothing comes through.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waits goes on.</summary>
    public void Release() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_serving);
        _stop.Dispose();
        _listener.Dispose();
    }

    static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();
        try
        {
            await _open.Task.WaitAsync(_stop.Token);
            await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            // When either side has ended, so has the other: neither protocol lives on half a connection.
            await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream()), PumpAsync(server.GetStream(), client.GetStream()));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // The server is down, or the test is over.
        }
    }

    async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                await _open.Task.WaitAsync(_stop.Token);
                await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One side went away.
        }
    }
}
