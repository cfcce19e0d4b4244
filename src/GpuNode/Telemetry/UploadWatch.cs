using System.Diagnostics;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>Follows one thing from when it was taken up until it stands in the store, over as many tries as that takes.</summary>
sealed class UploadWatch
{
    readonly string _kind;
    readonly Activity? _span;
    readonly TimeProvider _clock;
    readonly long _began;
    readonly long _written;

    UploadWatch(string kind, Activity? span, TimeProvider clock, long written) =>
        (_kind, _span, _clock, _began, _written) = (kind, span, clock, clock.GetTimestamp(), written);

    /// <summary>How often it was tried.</summary>
    public int Tries { get; set; }

    /// <summary>It is taken up; null: of a kind that is not followed.</summary>
    /// <param name="item">What.</param>
    /// <param name="trace">Of its shard.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="written">Bytes that its lane has written so far.</param>
    public static UploadWatch? Begin(UploadItem item, ShardTrace trace, TimeProvider clock, long written)
    {
        var (kind, name, parent, lane) = item switch
        {
            CheckpointSet => ("checkpoint", "upload checkpoint", trace.Context, null),
            StoppedItem stopped => ("checkpoint", "upload checkpoint", stopped.Checkpoint.Lane.Span?.Context, stopped.Checkpoint.Lane),
            FinishedItem finished => ("result", "upload result", finished.Lane.Span?.Context, finished.Lane),
            _ => (null, "", default(ActivityContext?), default(CellLane)),
        };
        if (kind is null) return null;
        var span = Spans.Begin(ShardTrace.Source, name, ActivityKind.Internal, parent);
        if (lane is not null) span?.SetTag(Tags.Cell, lane.Id.ToString()).SetTag(Tags.Attempt, lane.Attempt);
        if (item.Checkpoints.Any())
            span?.SetTag(Tags.Cells, item.Checkpoints.Count()).SetTag(Tags.Step, item.Checkpoints.Max(checkpoint => checkpoint.Step));
        return new UploadWatch(kind, span, clock, written);
    }

    /// <summary>It is over.</summary>
    /// <param name="outcome"><c>stored</c>, <c>refused</c>, <c>dropped</c> or <c>cancelled</c>.</param>
    /// <param name="written">Bytes that its lane has written by now.</param>
    /// <param name="fault">Why it is not in the store.</param>
    public void End(string outcome, long written, string? fault = null)
    {
        NodeInstruments.Uploaded(_kind, outcome, written - _written, _clock.GetElapsedTime(_began));
        _span?.SetTag(Tags.Outcome, outcome).SetTag(Tags.Tries, Tries).SetTag(Tags.Size, written - _written);
        if (fault is not null) _span.Fail(fault);
        _span.End();
    }
}
