using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace StyleFarm.TestKit.Services;

/// <summary>What the gate does with one request instead of passing it on.</summary>
public sealed record GateFault
{
    /// <summary>Answers this status with <see cref="Body"/>; 0: none.</summary>
    public int Status { get; init; }

    /// <summary>The body of the answer.</summary>
    public string Body { get; init; } = "";

    /// <summary>Says nothing until the client gives up.</summary>
    public bool Hangs { get; init; }

    /// <summary>Passes the request on only after this time.</summary>
    public TimeSpan Waits { get; init; }

    /// <summary>Passes the request on, and then breaks the connection without the answer.</summary>
    public bool LosesAnswer { get; init; }

    /// <summary>Passes on only so many bytes of the answer's body; −1: all.</summary>
    public int CutsBodyAt { get; init; } = -1;

    /// <summary>Changes the last byte of the answer's body.</summary>
    public bool ChangesLastByte { get; init; }

    /// <summary>Gives the answer an ETag that is not the content's MD5, as encrypting services do.</summary>
    public bool ChangesETag { get; init; }

    /// <summary>An S3 service's refusal.</summary>
    public static GateFault Refusal(int status, string code) =>
        new() { Status = status, Body = $"<Error><Code>{code}</Code><Message>says the gate</Message></Error>" };
}

/// <summary>Stands before an HTTP server on the loopback address, passes requests on one by one, and spoils those that it is told to.</summary>
public sealed class FaultyGate : Gate
{
    readonly Func<string, string, GateFault?> _fault;
    readonly X509Certificate2? _certificate;
    readonly int _port;

    /// <param name="port">Of the server.</param>
    /// <param name="fault">Told method and path of each request; null passes it on.</param>
    /// <param name="certificate">Speaks HTTPS with it to clients; null: HTTP.</param>
    /// <param name="address">Where to listen; null: the loopback address.</param>
    public FaultyGate(int port, Func<string, string, GateFault?> fault, X509Certificate2? certificate = null, IPAddress? address = null)
        : base(address ?? IPAddress.Loopback) => (_port, _fault, _certificate) = (port, fault, certificate);

    /// <summary>Where to find it.</summary>
    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://{At}");

    /// <summary>Told method and path of each request that the server has answered, and the status of the answer.</summary>
    public Action<string, string, int>? Answered { get; init; }

    /// <summary>Methods and paths that came, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    protected override async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        try
        {
            await using var stream = await StreamOfAsync(client);
            var head = await ReadHeadAsync(stream);
            if (head.Length == 0) return;
            var lines = head.Split("\r\n");
            var words = lines[0].Split(' ');
            Requests.Enqueue($"{words[0]} {words[1]}");
            var fault = _fault(words[0], words[1]);
            if (fault is { Hangs: true })
            {
                await DrainAsync(stream);
                return;
            }

            var body = await ReadBodyAsync(stream, lines);
            if (fault is { Waits: var wait } && wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, Ending);
            var answer = fault is { Status: not 0 } ? Answer(fault) : await PassOnAsync(lines, body);
            if (fault is not { Status: not 0 }) Answered?.Invoke(words[0], words[1], StatusOf(answer));
            if (fault is { LosesAnswer: true }) return;
            await stream.WriteAsync(Spoilt(answer, fault), Ending);
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // The client went away, or the test is over.
        }
    }

    async Task<Stream> StreamOfAsync(TcpClient client)
    {
        if (_certificate is null) return client.GetStream();
        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, Ending);
        return secure;
    }

    async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[65536];
        while (await stream.ReadAsync(buffer, Ending) > 0)
        {
        }
    }

    async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, Ending) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length >= 4 && head[^3] == '\n') return head.ToString(0, head.Length - 4);
        }

        return "";
    }

    async Task<byte[]> ReadBodyAsync(Stream stream, string[] lines)
    {
        var body = new byte[int.Parse(HeaderOf(lines, "Content-Length") ?? "0", CultureInfo.InvariantCulture)];
        if (HeaderOf(lines, "Expect") is not null) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), Ending);
        await stream.ReadExactlyAsync(body, Ending);
        return body;
    }

    // One request to a connection: the end of the answer is then the end of the connection.
    async Task<byte[]> PassOnAsync(string[] lines, byte[] body)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _port, Ending);
        var stream = server.GetStream();
        var kept = lines.Where(line => !Is(line, "Connection") && !Is(line, "Expect"));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", kept) + "\r\nConnection: close\r\n\r\n"), Ending);
        await stream.WriteAsync(body, Ending);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, Ending);
        return answer.ToArray();
    }

    // "HTTP/1.1 200 OK"; 0 when the server went away before it said anything.
    static int StatusOf(byte[] answer) =>
        answer.Length > 12 && int.TryParse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;

    static byte[] Answer(GateFault fault) => Encoding.Latin1.GetBytes(
        $"HTTP/1.1 {fault.Status} Fault\r\nContent-Type: application/xml\r\nContent-Length: {fault.Body.Length}\r\nConnection: close\r\n\r\n{fault.Body}");

    static ReadOnlyMemory<byte> Spoilt(byte[] answer, GateFault? fault)
    {
        if (fault is { ChangesLastByte: true }) answer[^1] ^= 0x55;
        if (fault is { ChangesETag: true })
        {
            const string Tag = "etag: \"";
            var place = Encoding.Latin1.GetString(answer).IndexOf(Tag, StringComparison.OrdinalIgnoreCase);
            "00000000"u8.CopyTo(answer.AsSpan(place + Tag.Length));
        }

        if (fault is not { CutsBodyAt: >= 0 }) return answer;
        return answer.AsMemory(0, answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4 + fault.CutsBodyAt);
    }

    static string? HeaderOf(string[] lines, string name) => lines.FirstOrDefault(line => Is(line, name))?[(name.Length + 1)..].Trim();

    static bool Is(string line, string name) => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);
}
