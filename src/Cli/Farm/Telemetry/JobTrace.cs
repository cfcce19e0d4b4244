using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Farm.Telemetry;

/// <summary>Where a job's trace begins: at who submits it, or else at the server that hears of it.</summary>
static class JobTrace
{
    static readonly ActivitySource Submitter = new("StyleFarm.Submit");
    static readonly ActivitySource Server = new("StyleFarm.Server");

    /// <summary>Begins to hand a job over: below the span that <c>TRACEPARENT</c> names, if any.</summary>
    public static (Activity? Span, JobSpec Job) Submit(JobSpec job)
    {
        var outer = Environment.GetEnvironmentVariable("TRACEPARENT");
        var span = Spans.BeginRoot(Submitter, "submit job", ActivityKind.Client, outer);
        span?.SetTag(Tags.Job, job.Id.ToString()).SetTag("stylefarm.job.kind", job.Kind.ToString().ToLowerInvariant());
        return (span, job with { Trace = span?.Id ?? (Spans.Read(outer) is null ? null : outer) });
    }

    /// <summary>Begins to wait for a job that was handed over.</summary>
    public static Activity? Wait(Activity? submitted, JobId job) =>
        Spans.Begin(Submitter, "wait for job", ActivityKind.Internal, submitted?.Context)?.SetTag(Tags.Job, job.ToString());

    /// <summary>
    /// A job is handed over: below the span of the <c>traceparent</c> header, or of the specification. It goes on from here.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="spec">The specification, which is given the new span.</param>
    public static Activity? Receive(HttpRequest request, JsonObject spec)
    {
        var header = request.Headers.TraceParent.ToString();
        var own = spec["trace"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var parent = Spans.Read(header) is not null ? header : Spans.Read(own) is not null ? own : null;
        var span = Spans.BeginRoot(Server, "POST /api/v1/jobs", ActivityKind.Server, parent);
        span?.SetTag("http.request.method", "POST").SetTag("http.route", "/api/v1/jobs").SetTag("url.scheme", request.Scheme);
        spec["trace"] = span?.Id ?? parent;
        return span;
    }

    /// <summary>The request is answered.</summary>
    public static void Answered(Activity? span, int status)
    {
        span?.SetTag("http.response.status_code", status);
        if (status >= 500) span.Fail($"{status}");
        span.End();
    }
}
