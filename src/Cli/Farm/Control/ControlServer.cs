using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>
/// Lets other stylefarm commands of the same user speak with a running farm: one JSON object a line over a socket in the state folder,
/// <c>{"command":"pause","job":"…"}</c>, answered by <c>{"ok":true,…}</c> or <c>{"error":"…"}</c>.
/// </summary>
sealed class ControlServer : IAsyncDisposable
{
    readonly Socket _socket;
    readonly string _path;
    readonly ControlDesk _desk;
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    ControlServer(Socket socket, string path, ControlDesk desk)
    {
        (_socket, _path, _desk) = (socket, path, desk);
        _accepting = Accept();
    }

    /// <summary>Begins listening; null when the folder's path is too long for a socket, which is no reason not to render.</summary>
    public static ControlServer? Start(string state, ControlDesk desk)
    {
        var path = ControlClient.SocketPath(state);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The state folder is ours: what is left there is of a farm that is gone.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen();
            return new ControlServer(socket, path, desk);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        File.Delete(_path);
        _stop.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The farm ends.
        }
    }

    async Task Serve(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            while (await reader.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { } line)
                await stream.WriteAsync(Encoding.UTF8.GetBytes((await Answer(line).ConfigureAwait(false)).ToJsonString() + "\n"),
                    _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone.
        }
    }

    async Task<JsonObject> Answer(string line)
    {
        try
        {
            return await _desk.Answer(JsonNode.Parse(line)?.AsObject() ?? []).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return new JsonObject { ["error"] =
                "the farm has not answered for a while; its journal may be away, its own output says more. Try again" };
        }
        catch (Exception e) when (e is StyleFarmException or JsonException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            return new JsonObject { ["error"] = e.Message.Split('\n')[0] };
        }
    }
}
