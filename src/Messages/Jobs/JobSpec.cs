using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Messages.Jobs;

/// <summary>What a job expands into.</summary>
public enum JobKind
{
    /// <summary>No kind: a broken record cannot pass for a real one.</summary>
    None = 0,

    /// <summary>An archive of photos, expanded as it goes; finished cells are counted and forgotten.</summary>
    Batch = 1,

    /// <summary>A grid of hyper-parameters; every cell is kept, to be compared.</summary>
    Sweep = 2,
}

/// <summary>A job as it is submitted. It never changes; priority and pauses are the farm's to keep.</summary>
public sealed record JobSpec
{
    /// <summary>Names the job.</summary>
    public required JobId Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What it expands into.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>The recipe that its cells vary.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The preset or file that the recipe came from.</summary>
    public string RecipeName { get; init; } = "";

    /// <summary>What the network computes in: <c>fp32</c>, <c>bf16</c> or <c>fp64</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>The identity of the network's weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>Steps between checkpoints; 0 for none.</summary>
    public int CheckpointEvery { get; init; } = 25;

    /// <summary>0 to 100; a job of higher priority takes nodes from one of lower.</summary>
    public int Priority { get; init; } = 50;

    /// <summary>The weight in fair sharing among jobs of one priority, above 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Cells to a shard, at most; null: by measured throughput.</summary>
    public int? ShardCells { get; init; }

    /// <summary>How often a cell is tried before it counts as failed, at least 1.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Nodes that the job may hold at once; null: all.</summary>
    public int? MaxNodes { get; init; }

    /// <summary>Early stopping, for sweeps.</summary>
    public AshaRule? Rungs { get; init; }

    /// <summary>Whether cells are scored at rungs and at the end.</summary>
    public bool IsScored { get; init; }

    /// <summary>What the cell source reads: photos and styles, or a sweep. The coordinator does not look into it.</summary>
    public JsonObject Source { get; init; } = [];

    /// <summary>
    /// The span that asked for it, as a W3C <c>traceparent</c>; null: its way is not traced. Not a part of what the job is.
    /// </summary>
    public string? Trace { get; init; }
}
