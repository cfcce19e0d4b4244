using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.TestKit.Otlp;

namespace StyleFarm.Cli.Tests.Farm.Telemetry;

/// <summary>What is exported, and what a collector that does not do its part costs.</summary>
public sealed class OtlpExportTests
{
    const string Parent = "00-c1000000000000000000000000000001-b7ad6b7169203331-01";

    static readonly ActivitySource Source = new("StyleFarm.Cli.Tests");

    readonly List<string> _warnings = [];

    [Fact]
    public async Task What_was_done_before_the_end_is_sent_at_the_end()
    {
        await using var collector = new OtlpReceiver();
        await using (Start(collector.Url)) Span("last");

        var span = Assert.Single(collector.Spans, span => span.Source == Source.Name);
        Assert.Equal(("last", "stylefarm-test", "one", Parent[3..35], Parent[36..52]), (span.Name, span.Service, span.Instance, span.Trace, span.Parent));
        Assert.NotEmpty(collector.Points);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_collector_that_refuses_is_told_of_once_for_each_signal()
    {
        await using var collector = new OtlpReceiver(status: 401);
        await using (Start(collector.Url)) Span("refused");

        Assert.Equal(
            new[] { "metrics", "traces" }.Select(signal => $"traces and metrics: {collector.Url} answers 401 to {signal}; the farm goes on without"),
            _warnings.Order());
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_collector_that_never_answers()
    {
        // It takes connections, and that is all.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var export = Start($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        Span("lost");
        var began = TimeProvider.System.GetTimestamp();

        await export.DisposeAsync();

        // 2 s, and what a busy machine takes; the exporter itself would wait 10 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 1.9, 8);
    }

    [Fact]
    public async Task Both_signals_go_over_grpc_too()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var collector = builder.Build();
        var calls = new ConcurrentQueue<(string Path, bool HasBody)>();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            calls.Enqueue((context.Request.Path, body.Length > 5));
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        await using (Start(collector.Urls.First(), "grpc")) Span("last");

        const string Services = "/opentelemetry.proto.collector";
        Assert.Equal([($"{Services}.metrics.v1.MetricsService/Export", true), ($"{Services}.trace.v1.TraceService/Export", true)], calls.Order());
        Assert.Empty(_warnings);
    }

    OtlpExport Start(string url, string? protocol = null)
    {
        var endpoint = OtlpEndpoint.Read(url, name => name == "OTEL_EXPORTER_OTLP_PROTOCOL" ? protocol : null);
        return OtlpExport.Start(endpoint, "stylefarm-test", "one", TimeProvider.System, line =>
        {
            lock (_warnings) _warnings.Add(line);
        })!;
    }

    static void Span(string name) => Source.StartActivity(name, ActivityKind.Internal, Parent)?.Stop();
}
