using System.Collections.Concurrent;

namespace StyleFarm.Cli.Farm.Telemetry;

/// <summary>Says what goes wrong with a collector: each thing once, and few of them.</summary>
sealed class ExportComplaints(OtlpEndpoint to, Action<string> warn)
{
    const int MaxLines = 4;

    readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.Ordinal);

    /// <summary>The collector cannot be reached.</summary>
    public void Unreachable(string reason) => Tell($"{to.Authority} cannot be reached: {reason}");

    /// <summary>The collector does not take it.</summary>
    public void Refused(string signal, int status) => Tell($"{to.Authority} answers {status} to {signal}");

    void Tell(string what)
    {
        if (_told.Count < MaxLines && _told.TryAdd(what, 0)) warn($"traces and metrics: {what}; the farm goes on without");
    }
}

/// <summary>Carries one signal, and tells of what goes wrong. Headers, which may hold secrets, go nowhere else.</summary>
sealed class ExportHandler(string signal, ExportComplaints complaints) : DelegatingHandler(
    new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null })
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Look(base.Send(request, cancellationToken));
        }
        catch (Exception e) when (IsFault(e))
        {
            complaints.Unreachable(ReasonOf(e));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Look(await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (IsFault(e))
        {
            complaints.Unreachable(ReasonOf(e));
            throw;
        }
    }

    HttpResponseMessage Look(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode) complaints.Refused(signal, (int)answer.StatusCode);
        return answer;
    }

    static bool IsFault(Exception e) => e is HttpRequestException or IOException or OperationCanceledException;

    static string ReasonOf(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "nobody knows that name",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        _ => "the connection broke",
    };
}
