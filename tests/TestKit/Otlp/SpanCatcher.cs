using System.Collections.Concurrent;
using System.Diagnostics;

namespace StyleFarm.TestKit.Otlp;

/// <summary>Takes the spans of one trace that end in this process, whoever else makes some meanwhile.</summary>
public sealed class SpanCatcher : IDisposable
{
    readonly ActivityListener _listener;
    readonly ConcurrentQueue<Activity> _spans = new();

    /// <param name="trace">The trace's id, 32 hexadecimal digits: unlike that of any other test.</param>
    public SpanCatcher(string trace)
    {
        Root = $"00-{trace}-00000000000000aa-01";
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("StyleFarm.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == trace) _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The span above all, as a <c>traceparent</c>.</summary>
    public string Root { get; }

    /// <summary>The spans of a name, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Of(string name) => [.. _spans.Where(span => span.OperationName == name)];

    /// <summary>The names of all, in the order of their ends.</summary>
    public IReadOnlyList<string> Names => [.. _spans.Select(span => span.OperationName)];

    public void Dispose() => _listener.Dispose();
}
