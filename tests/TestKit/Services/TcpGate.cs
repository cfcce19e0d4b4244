using System.Net;
using System.Net.Sockets;

namespace StyleFarm.TestKit.Services;

/// <summary>Stands before a server on the loopback address, passes bytes on both ways, and can hold them back.</summary>
public sealed class TcpGate : Gate
{
    readonly int _port;
    volatile TaskCompletionSource _open = Opened();

    /// <param name="address">Where to listen, on a free port.</param>
    /// <param name="port">Of the server.</param>
    public TcpGate(IPAddress address, int port)
        : base(address) => _port = port;

    /// <summary>From now on bytes wait: connections stand, and nothing comes through.</summary>
    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waits goes on.</summary>
    public void Release() => _open.TrySetResult();

    static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    protected override async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();
        try
        {
            await _open.Task.WaitAsync(Ending);
            await server.ConnectAsync(IPAddress.Loopback, _port, Ending);
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
            while (await from.ReadAsync(buffer, Ending) is > 0 and var count)
            {
                await _open.Task.WaitAsync(Ending);
                await to.WriteAsync(buffer.AsMemory(0, count), Ending);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One side went away.
        }
    }
}
