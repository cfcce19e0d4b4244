using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Stylize;

/// <summary>What `stylize` was asked for, parsed but not yet looked at.</summary>
sealed record StylizeRequest
{
    public required string Content { get; init; }

    public required ImmutableArray<string> Styles { get; init; }

    /// <summary>Shares of the styles as given; empty for equal ones.</summary>
    public ImmutableArray<double> StyleWeights { get; init; } = [];

    public required string Output { get; init; }

    /// <summary>With every override applied.</summary>
    public required Recipe Recipe { get; init; }

    public required string RecipeName { get; init; }

    public RecipeSize? Size { get; init; }

    public RecipeSize? StyleSize { get; init; }

    public string Weights { get; init; } = "auto";

    public string Precision { get; init; } = "fp32";

    public string Device { get; init; } = "auto";

    public ulong Seed { get; init; }

    public int? Threads { get; init; }

    public int CheckpointEvery { get; init; } = 25;

    public string? Telemetry { get; init; }

    public string State { get; init; } = ".stylefarm";

    public int Quality { get; init; } = 95;

    public bool KeepMetadata { get; init; }

    public bool Json { get; init; }
}
