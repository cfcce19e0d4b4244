using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace StyleFarm.TestKit.Otlp;

/// <summary>A collector of OpenTelemetry on the loopback address: OTLP over HTTP, in protobuf.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    readonly HttpListener _listener;
    readonly Task _loop;
    readonly int _status;
    TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="status">What it answers.</param>
    public OtlpReceiver(int status = 200)
    {
        (_listener, Url) = Listen();
        _status = status;
        _loop = Task.Run(ReceiveAsync);
    }

    /// <summary>Where it listens, without the path of a signal.</summary>
    public string Url { get; }

    /// <summary>All spans so far.</summary>
    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>All points so far; the last of a series is the newest.</summary>
    public ConcurrentQueue<OtlpPoint> Points { get; } = new();

    /// <summary>The <c>authorization</c> headers so far.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>What went wrong here; nothing should.</summary>
    public ConcurrentQueue<Exception> Faults { get; } = new();

    /// <summary>The newest value of the series of a metric that have an attribute, or of all, together.</summary>
    public double Newest(string metric, string? attribute = null, string? value = null) => Points
        .Where(point => point.Name == metric && (attribute is null || point.Attributes.GetValueOrDefault(attribute) == value))
        .GroupBy(point => point.Service + string.Join(';', point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
        .Sum(series => series.Last().Value);

    /// <summary>Waits for something to come in.</summary>
    public async Task UntilAsync(Func<bool> isThere, CancellationToken cancellation)
    {
        while (!isThere())
        {
            Task next;
            lock (_listener) next = _came.Task;
            if (isThere()) return;
            await next.WaitAsync(Patience, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    static (HttpListener Listener, string Url) Listen()
    {
        for (var tries = 1; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            var listener = new HttpListener { Prefixes = { $"{url}/" } };
            try
            {
                listener.Start();
                return (listener, url);
            }
            catch (HttpListenerException) when (tries < 10)
            {
                // Somebody else has taken the port meanwhile.
            }
        }
    }

    async Task ReceiveAsync()
    {
        while (true)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
            {
                return;
            }
            catch (Exception e)
            {
                Faults.Enqueue(e);
            }
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        if (request.Headers["authorization"] is { } authorization) Authorizations.Enqueue(authorization);
        var message = new ProtoMessage(body.ToArray());
        if (request.Url!.AbsolutePath.EndsWith("/v1/traces", StringComparison.Ordinal))
            foreach (var span in OtlpSpan.Read(message)) Spans.Enqueue(span);
        else if (request.Url.AbsolutePath.EndsWith("/v1/metrics", StringComparison.Ordinal))
            foreach (var point in OtlpPoint.Read(message)) Points.Enqueue(point);
        else Faults.Enqueue(new InvalidOperationException($"{request.Url.AbsolutePath} is no signal's path"));
        lock (_listener)
        {
            _came.SetResult();
            _came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        context.Response.StatusCode = _status;
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Close();
    }
}
