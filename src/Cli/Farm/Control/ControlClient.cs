using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>Speaks with the farm that runs on a state folder.</summary>
static class ControlClient
{
    /// <summary>Where the farm listens.</summary>
    public static string SocketPath(string state) => Path.Combine(Path.GetFullPath(state), "control.sock");

    /// <summary>Asks one thing.</summary>
    /// <exception cref="StyleFarmException">BadUsage: no farm runs there, or it refuses.</exception>
    public static async Task<JsonObject> AskAsync(string state, JsonObject request, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath(state)), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw StyleFarmException.BadUsage(
                $"no farm runs on {state}; start one with `stylefarm batch` or `stylefarm sweep`, or name its folder with --state", e);
        }

        await using var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"), cancellation).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = await reader.ReadLineAsync(cancellation).ConfigureAwait(false)
            ?? throw StyleFarmException.BadUsage($"the farm on {state} ended before it answered");
        var answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw StyleFarmException.BadUsage(error.GetValue<string>()) : answer;
    }
}
