using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.Cli.Farm.Telemetry;

/// <summary>
/// Sends this process's traces and metrics to a collector, from threads of its own. A collector that is away costs what it would have got,
/// and one line; the standard variables of OpenTelemetry say how much is sent and how often.
/// </summary>
sealed class OtlpExport : IAsyncDisposable
{
    /// <summary>What is left may take so long at the end.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly string[] Certificates =
        ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"];

    readonly TracerProvider? _traces;
    readonly MeterProvider? _metrics;
    readonly TimeProvider _clock;

    OtlpExport(TracerProvider? traces, MeterProvider? metrics, TimeProvider clock) => (_traces, _metrics, _clock) = (traces, metrics, clock);

    /// <summary>Begins; what this process does from now on is sent. Null when there is nowhere to send it to.</summary>
    /// <param name="to">Where.</param>
    /// <param name="service">What this process is, unless <c>OTEL_SERVICE_NAME</c> says so.</param>
    /// <param name="instance">Tells it from others of its kind.</param>
    /// <param name="clock">Measures the end.</param>
    /// <param name="warn">Told once what goes wrong; without secrets.</param>
    public static OtlpExport? Start(OtlpEndpoint? to, string service, string instance, TimeProvider clock, Action<string> warn)
    {
        if (to is null) return null;
        // The variables come last, so that they win.
        var resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk()
            .AddService(service, serviceVersion: Provenance.Version, serviceInstanceId: instance).AddEnvironmentVariableDetector();
        var complaints = new ExportComplaints(to, warn);
        var traces = IsOff("TRACES") ? null : Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("StyleFarm.*")
            .AddOtlpExporter(options => Set(options, to, "traces", complaints)).Build();
        var metrics = IsOff("METRICS") ? null : Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter("StyleFarm.*", "System.Runtime")
            .AddOtlpExporter(options => Set(options, to, "metrics", complaints)).Build();
        return new OtlpExport(traces, metrics, clock);
    }

    /// <summary>Sends what is left, for at most 2 s.</summary>
    public async ValueTask DisposeAsync()
    {
        var limit = (int)Patience.TotalMilliseconds;
        var ended = Task.WhenAll(Task.Run(() => _traces?.Shutdown(limit)), Task.Run(() => _metrics?.Shutdown(limit)));
        // What still tries then ends with the process.
        if (await Task.WhenAny(ended, Task.Delay(Patience, _clock)).ConfigureAwait(false) != ended) return;
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    /// <summary>Some collectors take only one of them.</summary>
    static bool IsOff(string signal) => Environment.GetEnvironmentVariable($"OTEL_{signal}_EXPORTER")?.Trim() == "none";

    static void Set(OtlpExporterOptions options, OtlpEndpoint to, string signal, ExportComplaints complaints)
    {
        options.Protocol = to.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = to.UrlOf(signal);
        // With certificates of its own the exporter makes its client itself.
        if (Certificates.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 })) return;
        var timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds);
        options.HttpClientFactory = () => new HttpClient(new ExportHandler(signal, complaints)) { Timeout = timeout };
    }
}
