using System.Collections.Immutable;

namespace StyleFarm.Cli.Farm.Archive;

/// <summary>Which pictures a batch takes.</summary>
sealed record ArchiveSpec
{
    /// <summary>As given: folders, pictures, patterns, and lists as <c>@FILE</c>.</summary>
    public required ImmutableArray<string> Inputs { get; init; }

    /// <summary>Absolute: what relative paths are relative to.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>Whether folders are looked into with all that lies below them.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Absolute paths of folders that are never looked into: where results and state go.</summary>
    public ImmutableArray<string> Excluded { get; init; } = [];
}
