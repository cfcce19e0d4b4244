using System.Net;
using System.Net.Sockets;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>Takes connections and never says a word.</summary>
sealed class SilentServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();
}
