using System.Diagnostics;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>What is known of one cell on its way into the store.</summary>
sealed class CellLane
{
    readonly Dictionary<string, string> _metadata;
    readonly List<string> _leftovers;

    /// <param name="lease">The claim that it is rendered under.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="shelf">What earlier tries left of it.</param>
    public CellLane(Lease lease, ReadyCell cell, CheckpointShelf shelf)
    {
        (Lease, Assignment, Recipe) = (lease, cell.Assignment, cell.Resolved.Recipe);
        Stored = [.. shelf.Stored];
        _leftovers = [.. shelf.Spooled.Select(file => file.Path)];
        _metadata = Provenance.OfCheckpoint(Id, Recipe);
    }

    public Lease Lease { get; }

    public CellAssignment Assignment { get; }

    public Recipe Recipe { get; }

    public CellId Id => Assignment.Cell.Id;

    public int Attempt => Assignment.Attempt;

    public CellTelemetry Telemetry { get; } = new();

    /// <summary>The span of its rendering; null: not traced.</summary>
    public Activity? Span { get; set; }

    /// <summary>Its checkpoints in the store, as far as this node knows. Only the uploader uses it once the cell renders.</summary>
    public HashSet<(int Step, int Attempt)> Stored { get; }

    /// <summary>Loss reports that were taken and are not in the store yet. The uploader's own.</summary>
    public TelemetryPart? Unsent { get; set; }

    /// <summary>Parts of loss reports that are in the store: first step and generation. The uploader's own.</summary>
    public Dictionary<int, int> SentParts { get; } = [];

    /// <summary>A checkpoint's metadata.</summary>
    public Dictionary<string, string> Metadata(int moment)
    {
        var metadata = new Dictionary<string, string>(_metadata);
        CheckpointStamp.Write(metadata, Lease.Shard, moment);
        return metadata;
    }

    /// <summary>Something newer is in the store: what an earlier process left on the local disk is not needed any more.</summary>
    public void ForgetLeftovers()
    {
        _leftovers.ForEach(Spool.Forget);
        _leftovers.Clear();
    }
}
