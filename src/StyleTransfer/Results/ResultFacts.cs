using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.StyleTransfer.Results;

/// <summary>A finished cell: what it was made from, and what it came to.</summary>
public sealed record ResultFacts
{
    /// <summary>The cell's id.</summary>
    public required string Cell { get; init; }

    /// <summary>What is depicted.</summary>
    public required InputFileInfo Content { get; init; }

    /// <summary>How it is painted, with each picture's share.</summary>
    public required ImmutableArray<(InputFileInfo Input, double Share)> Styles { get; init; }

    /// <summary>The picture that it started from, if that was a file.</summary>
    public InputFileInfo? Initial { get; init; }

    /// <summary>The preset or file that the recipe came from.</summary>
    public required string RecipeName { get; init; }

    /// <summary>The resolved recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The wish for the result's size.</summary>
    public RecipeSize? Size { get; init; }

    /// <summary>The wish for the styles' size.</summary>
    public RecipeSize? StyleSize { get; init; }

    /// <summary>What the recipe came to.</summary>
    public required RenderPlan Plan { get; init; }

    /// <summary>Of the noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Where the network's weights came from.</summary>
    public required string WeightsSource { get; init; }

    /// <summary>Which weights they are.</summary>
    public required string WeightsIdentity { get; init; }

    /// <summary><c>fp32</c>, <c>bf16</c> or <c>fp64</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>Such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The processor's threads that computed.</summary>
    public required int Threads { get; init; }

    /// <summary>Memory as it was forecast.</summary>
    public required long ForecastBytes { get; init; }

    /// <summary>What the process did.</summary>
    public required EngineRun Run { get; init; }

    /// <summary>The losses of the result.</summary>
    public required LossReport Final { get; init; }

    /// <summary>The score, if it was wanted.</summary>
    public Score? Score { get; init; }

    /// <summary>Who rendered it, in a farm.</summary>
    public FarmFacts? Farm { get; init; }
}

/// <summary>What one process did for a picture.</summary>
/// <param name="Started">When it began.</param>
/// <param name="ResumedAt">The first step that it took.</param>
/// <param name="SetupSeconds">Until the first step.</param>
/// <param name="RenderSeconds">For its steps.</param>
/// <param name="PeakBytes">The most that tensors held at once.</param>
public sealed record EngineRun(DateTimeOffset Started, int ResumedAt, double SetupSeconds, double RenderSeconds, long PeakBytes);

/// <summary>A cell's place in a farm.</summary>
/// <param name="Job">For which job it was rendered.</param>
/// <param name="Node">By whom.</param>
/// <param name="Attempt">Counts the tries on the cell.</param>
/// <param name="ShardSize">The cells of the shard that it was part of.</param>
/// <param name="BatchSize">Those that began together in one batch.</param>
public sealed record FarmFacts(JobId Job, NodeId Node, int Attempt, int ShardSize, int BatchSize);
