using System.Text.Json.Nodes;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>Something that has to be brought into the store, then told.</summary>
abstract class UploadItem
{
    /// <summary>Checkpoints in it that can wait on the local disk.</summary>
    public virtual IEnumerable<KeptCheckpoint> Checkpoints => [];

    /// <summary>Follows it from when it was taken up; the uploader's own.</summary>
    public UploadWatch? Watch { get; set; }
}

/// <summary>
/// Checkpoints of one moment. Until the first of them is stored a newer set may take its place; from then on it must be whole.
/// </summary>
sealed class CheckpointSet(IReadOnlyList<KeptCheckpoint> checkpoints) : UploadItem
{
    public override IEnumerable<KeptCheckpoint> Checkpoints { get; } = checkpoints;

    /// <summary>Whether the uploader has taken it up, so that it may not be dropped.</summary>
    public bool IsTaken { get; set; }
}

/// <summary>A cell that was stopped; the word on it waits for its checkpoint.</summary>
sealed class StoppedItem(KeptCheckpoint checkpoint, CellStopped report) : UploadItem
{
    public KeptCheckpoint Checkpoint { get; } = checkpoint;

    public CellStopped Report { get; } = report;

    public override IEnumerable<KeptCheckpoint> Checkpoints => [Checkpoint];
}

/// <summary>A cell that was rendered to its end.</summary>
sealed class FinishedItem(CellLane lane, RgbImage image, JsonObject provenance, CellFinished report) : UploadItem
{
    public CellLane Lane { get; } = lane;

    /// <summary>The picture; null once it was encoded.</summary>
    public RgbImage? Image { get; set; } = image;

    /// <summary>The picture's file, once it was encoded.</summary>
    public byte[] Picture { get; set; } = [];

    /// <summary>A small picture of it; null when none could be made.</summary>
    public byte[]? Preview { get; set; }

    public JsonObject Provenance { get; } = provenance;

    public CellFinished Report { get; } = report;
}

/// <summary>A word that waits only for the cell's loss reports, if there are any: it failed, or never began.</summary>
sealed class WordItem(CellLane? lane, CellReport report) : UploadItem
{
    public CellLane? Lane { get; } = lane;

    public CellReport Report { get; } = report;
}

/// <summary>A cell begins here: what earlier tries left beyond is void and comes again.</summary>
sealed class BeginItem(CellLane lane, int step) : UploadItem
{
    public CellLane Lane { get; } = lane;

    public int Step { get; } = step;
}

/// <summary>
/// A cell was taken back: its loss reports from a step on come again. Its checkpoints stay, for one of before leads to the same place.
/// </summary>
/// <param name="lane">The cell.</param>
/// <param name="step">Where it was taken back to.</param>
/// <param name="generation">Of what comes now.</param>
sealed class GoBackItem(CellLane lane, int step, int generation) : UploadItem
{
    public CellLane Lane { get; } = lane;

    public int Step { get; } = step;

    public int Generation { get; } = generation;
}
