using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StyleFarm.TestKit;

/// <summary>How the server answers one request.</summary>
/// <param name="Status">What it answers instead of the file; 0: the file.</param>
/// <param name="CutAfter">Closes the connection after so many bytes of the body; −1: sends all.</param>
/// <param name="IgnoresRange">Sends the whole file whatever range is asked for.</param>
/// <param name="FallsSilent">Keeps the connection open after the cut and sends nothing more.</param>
public sealed record Answer(int Status = 0, int CutAfter = -1, bool IgnoresRange = false, bool FallsSilent = false);

/// <summary>A web server on the loopback address that serves one file, well or badly.</summary>
public sealed class FileServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentQueue<Answer> _answers = new();
    readonly Task _loop;

    public FileServer(byte[] content, string tag = "\"v1\"", params Answer[] answers)
    {
        (Content, Tag) = (content, tag);
        foreach (var answer in answers) _answers.Enqueue(answer);
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/models/vgg19-dcbb9e9d.pth");
        _loop = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    public byte[] Content { get; set; }

    public string Tag { get; set; }

    /// <summary>The ranges that were asked for, in order; empty for a request without one.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    public void Then(Answer answer) => _answers.Enqueue(answer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
        _listener.Dispose();
    }

    async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // The client went away or the test is over.
            }
        }
    }

    async Task AnswerAsync(NetworkStream stream)
    {
        var request = await ReadRequestAsync(stream);
        var answer = _answers.TryDequeue(out var next) ? next : new Answer();
        var range = request.GetValueOrDefault("range", "");
        Ranges.Enqueue(range);
        if (answer.Status != 0)
        {
            await WriteAsync(stream, $"HTTP/1.1 {answer.Status} Nope\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        var isSame = !request.TryGetValue("if-range", out var tag) || tag == Tag;
        var isPart = range.Length > 0 && isSame && !answer.IgnoresRange;
        var from = isPart ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        if (from >= Content.Length)
        {
            await WriteAsync(
                stream, $"HTTP/1.1 416 No\r\nContent-Range: bytes */{Content.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }
        var status = from > 0 ? $"206 Part\r\nContent-Range: bytes {from}-{Content.Length - 1}/{Content.Length}" : "200 OK";
        await WriteAsync(
            stream, $"HTTP/1.1 {status}\r\nContent-Length: {Content.Length - from}\r\nETag: {Tag}\r\nConnection: close\r\n\r\n");
        var end = answer.CutAfter < 0 ? Content.Length : Math.Min(Content.Length, from + answer.CutAfter);
        await stream.WriteAsync(Content.AsMemory(from..end), _stop.Token);
        // The client's end of the connection, or of the test.
        if (answer.FallsSilent) _ = await stream.ReadAsync(new byte[1], _stop.Token);
    }

    async Task<Dictionary<string, string>> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            if (line.Split(": ", 2) is [var name, var value])
                headers[name] = value;
        return headers;
    }

    Task WriteAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token).AsTask();
}
