using System.Collections.Immutable;

namespace StyleFarm.Messages.Cells;

/// <summary>One recipe field that a cell has otherwise than its job.</summary>
/// <param name="Key">The dotted field, such as <c>optimizer.lr</c>.</param>
/// <param name="Json">Its value as JSON text.</param>
public readonly record struct Setting(string Key, string Json);

/// <summary>One cell as a job asks for it: small enough that many can be in flight, whole enough that a node can render it.</summary>
public sealed record CellSpec
{
    /// <summary>Names the result.</summary>
    public required CellId Id { get; init; }

    /// <summary>The place in its job, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>What is depicted.</summary>
    public required InputRef Content { get; init; }

    /// <summary>How it is painted; at least one.</summary>
    public required ImmutableArray<StyleInput> Styles { get; init; }

    /// <summary>The picture to start from, when the recipe starts from a file.</summary>
    public InputRef? Initial { get; init; }

    /// <summary>What the cell has otherwise than the job's recipe, in order.</summary>
    public ImmutableArray<Setting> Settings { get; init; } = [];

    /// <summary>The wish for the result's size as <c>--size</c> takes it; null: the recipe's.</summary>
    public string? Size { get; init; }

    /// <summary>The wish for the styles' size; null: as for the content.</summary>
    public string? StyleSize { get; init; }

    /// <summary>Seeds the noise of the start.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps over all passes, at least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>Pixels of the result.</summary>
    public required long Pixels { get; init; }

    /// <summary>Cells with equal keys can be rendered as one batch.</summary>
    public required string BatchKey { get; init; }

    /// <summary>Names what a node keeps warm for the cell: the styles at their size and taps. Cells with equal keys share targets.</summary>
    public string TargetKey { get; init; } = "";

    /// <summary>Forecast of the device memory of a batch of this cell alone.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Forecast of what each further cell in the batch adds.</summary>
    public long MemoryBytesPerMore { get; init; }

    /// <summary>Where the finished picture goes, relative to the job's output; null: nowhere but the store.</summary>
    public string? Output { get; init; }
}
