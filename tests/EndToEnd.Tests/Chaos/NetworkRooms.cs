using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>
/// Network namespaces, each with one cable to a bridge that this process is on: what runs in one can be cut off from everything, as by a
/// pulled cable. Needs root.
/// </summary>
sealed class NetworkRooms : IDisposable
{
    const string Prefix = "sfc";

    readonly List<string> _names = [];
    readonly string _tag;
    readonly int _net;

    /// <exception cref="InvalidOperationException">Namespaces cannot be made here.</exception>
    public NetworkRooms()
    {
        RemoveLeftOvers();
        _tag = $"{Prefix}{Environment.ProcessId:x}";
        _net = 1 + Environment.ProcessId % 250;
        Ip("link", "add", Bridge, "type", "bridge");
        Ip("addr", "add", $"{AddressOf(1)}/24", "dev", Bridge);
        Ip("link", "set", Bridge, "up");
    }

    /// <summary>This process's own address, where those in the rooms can reach it.</summary>
    public IPAddress Outside => AddressOf(1);

    string Bridge => $"{_tag}b";

    /// <summary>Makes a room with a cable.</summary>
    public NetworkRoom Add()
    {
        var number = _names.Count + 2;
        var room = new NetworkRoom($"{_tag}-{number}", $"{_tag}v{number}", AddressOf(number));
        Ip("netns", "add", room.Name);
        _names.Add(room.Name);
        Ip("link", "add", room.Cable, "type", "veth", "peer", "name", "eth0", "netns", room.Name);
        Ip("link", "set", room.Cable, "master", Bridge, "up");
        Ip("-n", room.Name, "addr", "add", $"{room.Address}/24", "dev", "eth0");
        Ip("-n", room.Name, "link", "set", "eth0", "up");
        Ip("-n", room.Name, "link", "set", "lo", "up");
        return room;
    }

    /// <summary>Nothing goes in or out any more, and nobody is told.</summary>
    public static void Cut(NetworkRoom room) => Ip("link", "set", room.Cable, "down");

    /// <summary>Everything goes in and out again.</summary>
    public static void Mend(NetworkRoom room) => Ip("link", "set", room.Cable, "up");

    public void Dispose()
    {
        foreach (var name in _names) Ip("netns", "del", name);
        Ip("link", "del", Bridge);
    }

    IPAddress AddressOf(int host) => IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.231.{_net}.{host}"));

    /// <summary>Of runs that were killed.</summary>
    static void RemoveLeftOvers()
    {
        foreach (var path in Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", $"{Prefix}*-*") : [])
            if (IsOver(Path.GetFileName(path).Split('-')[0])) Ip("netns", "del", Path.GetFileName(path));
        foreach (var path in Directory.GetDirectories("/sys/class/net", $"{Prefix}*b"))
            if (IsOver(Path.GetFileName(path)[..^1])) Ip("link", "del", Path.GetFileName(path));
    }

    static bool IsOver(string tag) =>
        int.TryParse(tag.AsSpan(Prefix.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
        && !Directory.Exists($"/proc/{id}");

    static void Ip(params string[] arguments)
    {
        using var command = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var said = command.StandardError.ReadToEnd();
        command.WaitForExit();
        if (command.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {said.Trim()}");
    }
}

/// <summary>A network namespace.</summary>
/// <param name="Name">For <c>ip netns exec</c>.</param>
/// <param name="Cable">Its end outside.</param>
/// <param name="Address">Inside.</param>
sealed record NetworkRoom(string Name, string Cable, IPAddress Address);
