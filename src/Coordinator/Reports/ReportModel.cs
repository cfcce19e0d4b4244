using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Reports;

/// <summary>Everything that a report shows of one job. Names and values are plain text; nothing in them is taken for markup.</summary>
public sealed record ReportModel
{
    public required string JobId { get; init; }

    /// <summary>What the user called the job; may be empty.</summary>
    public required string JobName { get; init; }

    public required ReportKind Kind { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The recipe's name, as in <c>stylefarm recipes</c>.</summary>
    public required string RecipeName { get; init; }

    /// <summary>The version of StyleFarm that made the pictures.</summary>
    public required string Version { get; init; }

    /// <summary>The swept parameters, content, style and seed among them, in the order of the sweep file. Empty for a batch.</summary>
    public ImmutableArray<ReportAxis> Axes { get; init; } = [];

    /// <summary>In the order of the job.</summary>
    public ImmutableArray<ReportCell> Cells { get; init; } = [];

    /// <summary>Where <c>cells.csv</c> lies, relative to the page; null when there is none.</summary>
    public string? CsvPath { get; init; } = "cells.csv";
}

/// <summary>What the job was.</summary>
public enum ReportKind
{
    /// <summary>Cells that differ in parameters.</summary>
    Sweep,

    /// <summary>One recipe over many pictures.</summary>
    Batch,
}

/// <summary>One swept parameter.</summary>
/// <param name="Name">The recipe's field (<c>style_weight</c>), or <c>content</c>, <c>style</c>, <c>seed</c>.</param>
/// <param name="Values">Distinct, in the order in which they are to be shown.</param>
/// <param name="Scale">Where text cannot be read as numbers (or, for a logarithm, as positive ones), it counts as
/// <see cref="AxisScale.Category"/>.</param>
public sealed record ReportAxis(string Name, ImmutableArray<AxisValue> Values, AxisScale Scale = AxisScale.Category);

/// <summary>One value of an axis.</summary>
/// <param name="Text">As a user would write it, numbers in the invariant culture.</param>
/// <param name="Picture">A small JPEG of the content or style picture that it names, or empty.</param>
public sealed record AxisValue(string Text, ReadOnlyMemory<byte> Picture = default)
{
    public static implicit operator AxisValue(string text) => new(text);
}

/// <summary>How values of an axis are spaced.</summary>
public enum AxisScale
{
    /// <summary>Evenly, in the given order.</summary>
    Category,
    Linear,
    Logarithmic,
}
