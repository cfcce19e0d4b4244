using System.Globalization;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Where a RabbitMQ broker is and how to get at it: <c>amqp[s]://user:password@host[:port][,host[:port]…][/vhost][?option=value&amp;…]</c>.
/// </summary>
/// <remarks>
/// Options: <c>farm=NAME</c>, so that several farms share a broker; <c>heartbeat=SECONDS</c>, 1 to 60, after two to three of which a
/// silent end is taken for dead; with amqps also <c>ca=FILE</c> (certificates to trust, PEM), <c>cert=FILE</c> and <c>key=FILE</c> (the
/// certificate to show, PEM) and <c>server-name=NAME</c> (what the broker's certificate is made out to, when it is not the host).
/// </remarks>
public sealed record RabbitAddress
{
    const string Form = "write amqp://USER:PASSWORD@HOST[:PORT][,HOST…][/VHOST][?farm=NAME], or amqps:// for TLS";

    static readonly string[] Known = ["farm", "heartbeat", "ca", "cert", "key", "server-name"];

    RabbitAddress()
    {
    }

    /// <summary>The members of the broker's cluster, at least one; which is tried first is left to chance.</summary>
    public required IReadOnlyList<(string Host, int Port)> Hosts { get; init; }

    /// <summary>Whether the connection is encrypted and the broker's certificate checked.</summary>
    public required bool IsTls { get; init; }

    /// <summary>The user's name.</summary>
    public required string User { get; init; }

    /// <summary>The user's password; never shown.</summary>
    internal string Password { get; init; } = "";

    /// <summary>The virtual host; <c>/</c> when none is named.</summary>
    public required string VirtualHost { get; init; }

    /// <summary>What the names of queues and exchanges begin with, and a dot; empty for none.</summary>
    public required string Farm { get; init; }

    /// <summary>How often either end says that it is there.</summary>
    public required TimeSpan Heartbeat { get; init; }

    /// <summary>Certificates to trust instead of the system's; null for the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The certificate to show; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its key; null when the certificate's file holds it.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What the broker's certificate must be made out to; null for the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="StyleFarmException">It is not one; the message shows no password.</exception>
    public static RabbitAddress Parse(string url)
    {
        var (scheme, rest) = Cut(url, "://");
        if (scheme is not ("amqp" or "amqps") || rest is null) throw Bad("it is not one of a broker");
        // A password may hold any mark, also when nobody has escaped it; what follows may not hold an '@'.
        var at = rest.LastIndexOf('@');
        if (at < 0) throw Bad("there is no user in it");
        var (user, password) = Cut(rest[..at], ":");
        var (place, query) = Cut(rest[(at + 1)..], "?");
        var (hosts, path) = Cut(place, "/");
        var options = OptionsOf(query);
        return new RabbitAddress
        {
            IsTls = scheme == "amqps",
            User = user.Length > 0 ? Uri.UnescapeDataString(user) : throw Bad("the user has no name"),
            Password = Uri.UnescapeDataString(password ?? ""),
            Hosts = [.. hosts.Split(',').Select(host => HostOf(host, scheme == "amqps" ? 5671 : 5672))],
            VirtualHost = string.IsNullOrEmpty(path) ? "/" : Uri.UnescapeDataString(path),
            Farm = FarmOf(options.GetValueOrDefault("farm", "")),
            Heartbeat = HeartbeatOf(options.GetValueOrDefault("heartbeat", "5")),
            CaFile = options.GetValueOrDefault("ca"),
            CertificateFile = options.GetValueOrDefault("cert"),
            KeyFile = options.GetValueOrDefault("key"),
            ServerName = options.GetValueOrDefault("server-name"),
        };
    }

    /// <summary>The address without its password and options.</summary>
    public override string ToString() =>
        $"{(IsTls ? "amqps" : "amqp")}://{User}@{string.Join(',', Hosts.Select(host => $"{host.Host}:{host.Port}"))}"
        + $"/{(VirtualHost == "/" ? "" : VirtualHost)}{(Farm.Length > 0 ? $"?farm={Farm}" : "")}";

    static Dictionary<string, string> OptionsOf(string? query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(part, "=");
            if (!Known.Contains(name)) throw Bad($"it has an option '{name}'; there are {string.Join(", ", Known)}");
            options[name] = Uri.UnescapeDataString(value ?? "");
        }

        return options;
    }

    static (string Host, int Port) HostOf(string text, int standard)
    {
        // An IPv6 address stands in brackets.
        var colon = text.LastIndexOf(':') is var last && last > text.LastIndexOf(']') ? last : -1;
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        var port = standard;
        if (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown) throw Bad($"'{host}' is no host");
        if (colon >= 0
            && (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            throw Bad($"'{text[(colon + 1)..]}' is no port; one is from 1 to 65535");
        return (host, port);
    }

    static string FarmOf(string name) => name.Length <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        ? name
        : throw Bad($"farm={name}: up to 64 letters, digits, '-' and '_'");

    static TimeSpan HeartbeatOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 60
            ? TimeSpan.FromSeconds(seconds)
            : throw Bad($"heartbeat={text}: whole seconds from 1 to 60");

    static (string Before, string? After) Cut(string text, string mark) =>
        text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + mark.Length)..]) : (text, null);

    static StyleFarmException Bad(string what) => StyleFarmException.BadUsage($"the address of the fabric cannot be used: {what}; {Form}");
}
