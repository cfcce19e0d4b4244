using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Planning;

/// <summary>What decides a cell besides its pictures.</summary>
sealed record CellTerms
{
    /// <summary>Fully resolved.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The wish for the result's size; null: the recipe's.</summary>
    public RecipeSize? Size { get; init; }

    /// <summary>The wish for the styles' size; null: as for the content.</summary>
    public RecipeSize? StyleSize { get; init; }

    /// <summary>Of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary><c>fp32</c>, <c>bf16</c> or <c>fp64</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>The identity of the network's weights.</summary>
    public required string WeightsHash { get; init; }
}
