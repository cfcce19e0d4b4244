using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Reports;

/// <summary>One cell of a report. What is not known is null or empty; losses may be infinite or not a number.</summary>
public sealed record ReportCell
{
    public required string Id { get; init; }

    /// <summary>What a person would call it, such as the content picture's name; null to go by the values on the axes.</summary>
    public string? Name { get; init; }

    /// <summary>The text of the value on each of <see cref="ReportModel.Axes"/>, in their order.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public required ReportState State { get; init; }

    public int StepsDone { get; init; }

    public int StepsPlanned { get; init; }

    /// <summary>The balanced score: 0 is perfect on both terms, the content picture itself has 0.5; lower is better.</summary>
    public double? Score { get; init; }

    /// <summary>0: the content picture itself; 1: as far from it as the style picture.</summary>
    public double? ContentTerm { get; init; }

    /// <summary>0: the style picture's Gram matrices; 1: as far from them as the content picture.</summary>
    public double? StyleTerm { get; init; }

    /// <summary>The last losses, weighted as they entered the total.</summary>
    public FinalLosses? Losses { get; init; }

    /// <summary>Time spent rendering, over all attempts.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why it failed or was stopped, for people.</summary>
    public string? Error { get; init; }

    /// <summary>Pictures of the checkpoints, in any order of steps.</summary>
    public ImmutableArray<FilmFrame> Film { get; init; } = [];

    /// <summary>A small JPEG of the result, or empty.</summary>
    public ReadOnlyMemory<byte> Thumbnail { get; init; }

    /// <summary>The course of the losses, or null.</summary>
    public LossCurve? Curve { get; init; }

    /// <summary>Where the full picture lies, relative to the page, with <c>/</c> between folders; null when there is none.</summary>
    public string? ResultPath { get; init; }
}

/// <summary>Where a cell stands.</summary>
public enum ReportState
{
    Finished,

    /// <summary>Given up at a rung, because others did better.</summary>
    Stopped,
    Failed,
    Waiting,
}

/// <summary>Losses as they enter the total.</summary>
public readonly record struct FinalLosses(double Content, double Style, double Tv, double Total);

/// <summary>The picture of a cell after so many steps.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Jpeg">A small JPEG.</param>
public sealed record FilmFrame(int Step, ReadOnlyMemory<byte> Jpeg);
