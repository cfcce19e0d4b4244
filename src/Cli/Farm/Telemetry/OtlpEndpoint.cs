using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Telemetry;

/// <summary>Where traces and metrics go.</summary>
/// <param name="Base">The collector's URL, without the path of a signal.</param>
/// <param name="IsGrpc">Whether it is spoken to in gRPC; else in HTTP with protobuf.</param>
sealed record OtlpEndpoint(Uri Base, bool IsGrpc)
{
    /// <summary>The URL for people: whatever else stands in it may be secret.</summary>
    public string Authority => Base.GetLeftPart(UriPartial.Authority);

    /// <summary>Reads an address, with the protocol in <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>.</summary>
    /// <param name="url">As given; null: nothing is exported.</param>
    /// <param name="variable">Looks a variable up.</param>
    /// <param name="faults">Takes a line for each that cannot be used.</param>
    /// <returns>Null when nothing is exported.</returns>
    public static OtlpEndpoint? Read(string? url, Func<string, string?> variable, List<string> faults)
    {
        if (url is null || variable("OTEL_SDK_DISABLED")?.Trim().ToLowerInvariant() == "true") return null;
        var protocol = variable("OTEL_EXPORTER_OTLP_PROTOCOL")?.Trim() is { Length: > 0 } given ? given : "http/protobuf";
        if (protocol is not ("grpc" or "http/protobuf"))
            faults.Add($"OTEL_EXPORTER_OTLP_PROTOCOL={protocol}: give http/protobuf or grpc");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            faults.Add("--otlp: give the URL of a collector of OpenTelemetry, such as http://127.0.0.1:4318");
        else if (address.UserInfo.Length > 0)
            faults.Add("--otlp: a name and password in the URL are not sent; give OTEL_EXPORTER_OTLP_HEADERS=authorization=...");
        return address is null ? null : new OtlpEndpoint(address, protocol == "grpc");
    }

    /// <summary>The same for who has nothing else to complain of.</summary>
    /// <exception cref="StyleFarmException">BadUsage: it cannot be used.</exception>
    public static OtlpEndpoint? Read(string? url, Func<string, string?> variable)
    {
        var faults = new List<string>();
        var endpoint = Read(url, variable, faults);
        return faults.Count == 0 ? endpoint : throw StyleFarmException.BadUsage(string.Join("; ", faults));
    }

    /// <summary>Where one signal goes.</summary>
    /// <param name="signal"><c>traces</c> or <c>metrics</c>.</param>
    public Uri UrlOf(string signal) =>
        IsGrpc ? Base : new UriBuilder(Base) { Path = $"{Base.AbsolutePath.TrimEnd('/')}/v1/{signal}" }.Uri;
}
