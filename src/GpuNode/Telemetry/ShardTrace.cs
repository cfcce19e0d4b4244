using System.Diagnostics;
using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Rendering;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Telemetry;

/// <summary>
/// The spans of one shard on a node: <c>render shard</c> from when it has the device until all is in the store, and below it
/// <c>render cell</c> for each cell. None where the shard's way is not traced.
/// </summary>
sealed class ShardTrace(AssignShard shard, StyleEngineOptions options)
{
    Activity? _span;

    /// <summary>Makes the node's spans.</summary>
    public static ActivitySource Source { get; } = new(NodeInstruments.Name);

    /// <summary>What is below the shard's span; null for none.</summary>
    public ActivityContext? Context => _span?.Context;

    /// <summary>The shard has come to the device.</summary>
    public void Begin()
    {
        _span = Spans.Begin(Source, "render shard", ActivityKind.Consumer, Spans.Read(shard.Trace));
        Describe(_span)?.SetTag(Tags.Epoch, shard.Lease.Epoch).SetTag(Tags.Cells, shard.Cells.Length);
    }

    /// <summary>Cells are rendered together.</summary>
    public void Cells(BatchUnderway batch, Action render)
    {
        BeginCells(batch.Lanes, batch.FirstSteps);
        try
        {
            render();
        }
        finally
        {
            foreach (var lane in batch.Lanes) EndCell(lane, "abandoned", lane.Telemetry.LatestStep);
            batch.Network.CountTargets();
        }
    }

    /// <summary>A cell has left its batch. Only the first word counts.</summary>
    public static void EndCell(CellLane lane, string outcome, int step, string? fault = null)
    {
        if (lane.Span is not { IsStopped: false } span) return;
        span.SetTag(Tags.Outcome, outcome).SetTag(Tags.Step, step);
        if (fault is not null) span.Fail(fault);
        span.End();
    }

    /// <summary>Nothing more comes of the shard. Only the first word counts.</summary>
    public void End(string outcome, string? fault = null)
    {
        if (_span is not { IsStopped: false } span) return;
        span.SetTag(Tags.Outcome, outcome);
        if (fault is not null) span.Fail(fault);
        span.End();
    }

    void BeginCells(IReadOnlyList<CellLane> lanes, IReadOnlyList<int> firstSteps)
    {
        NodeInstruments.BatchBegan(lanes.Count);
        foreach (var (lane, firstStep) in lanes.Zip(firstSteps))
        {
            lane.Span = Spans.Begin(Source, "render cell", ActivityKind.Internal, Context);
            Describe(lane.Span)?.SetTag(Tags.Cell, lane.Id.ToString()).SetTag(Tags.Attempt, lane.Attempt)
                .SetTag(Tags.FirstStep, firstStep).SetTag(Tags.BatchSize, lanes.Count);
        }
    }

    Activity? Describe(Activity? span) => span?.SetTag(Tags.Job, shard.Job.ToString()).SetTag(Tags.Shard, shard.Lease.Shard.Number)
        .SetTag(Tags.Node, options.Node.ToString()).SetTag(Tags.Device, options.Device.ToString());
}
