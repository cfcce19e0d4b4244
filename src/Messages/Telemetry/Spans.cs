using System.Diagnostics;

namespace StyleFarm.Messages.Telemetry;

/// <summary>
/// Spans of OpenTelemetry that outlive the call that began them: none of these stays the current one, so that nothing else is taken for
/// a part of them. Where nobody collects spans all of this costs nothing.
/// </summary>
public static class Spans
{
    /// <summary>The span that a W3C <c>traceparent</c> names; null for none, and for what has another form.</summary>
    public static ActivityContext? Read(string? traceparent) =>
        traceparent is not null && ActivityContext.TryParse(traceparent, null, isRemote: true, out var context) ? context : null;

    /// <summary>Begins a span below another, or a trace where there is no other.</summary>
    /// <param name="source">Who makes it.</param>
    /// <param name="name">One of few.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">A <c>traceparent</c>; null for none.</param>
    public static Activity? BeginRoot(ActivitySource source, string name, ActivityKind kind, string? parent) =>
        Start(source, name, kind, Read(parent) ?? default, default);

    /// <summary>Begins a span below another; without that there is none.</summary>
    /// <param name="source">Who makes it.</param>
    /// <param name="name">One of few.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">The other.</param>
    /// <param name="start">When it began; left out: now.</param>
    public static Activity? Begin(
        ActivitySource source, string name, ActivityKind kind, ActivityContext? parent, DateTimeOffset start = default) =>
        parent is { } above ? Start(source, name, kind, above, start) : null;

    /// <summary>Something went wrong in it.</summary>
    /// <param name="span">The span.</param>
    /// <param name="reason">One line for people.</param>
    public static void Fail(this Activity? span, string reason) => span?.SetStatus(ActivityStatusCode.Error, reason);

    /// <summary>Ends it now. Twice is once.</summary>
    public static void End(this Activity? span)
    {
        if (span is null) return;
        var before = Activity.Current;
        span.Stop();
        Activity.Current = before;
    }

    static Activity? Start(ActivitySource source, string name, ActivityKind kind, ActivityContext parent, DateTimeOffset start)
    {
        if (!source.HasListeners()) return null;
        var before = Activity.Current;
        Activity.Current = null;
        try
        {
            return source.StartActivity(name, kind, parent, startTime: start);
        }
        finally
        {
            Activity.Current = before;
        }
    }
}
