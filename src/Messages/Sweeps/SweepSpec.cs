using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>
/// A sweep as its file describes it: contents × styles × parameters × seeds, how to search them and when to give a cell up. Immutable,
/// with value equality. <see cref="SweepReader"/> makes checked ones.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>The most cells that a sweep may have.</summary>
    public const int MaxCells = 1_000_000;

    /// <summary>What the user calls it: one line.</summary>
    public required string Name { get; init; }

    /// <summary>The content pictures' paths as written, at least one.</summary>
    public required ValueList<string> Contents { get; init; }

    /// <summary>The styles, at least one, each a picture or a blend of several.</summary>
    public required ValueList<StyleBlend> Styles { get; init; }

    /// <summary>The preset's name or the file's path as written; null when the recipe stands in the sweep itself.</summary>
    public string? RecipeName { get; init; }

    /// <summary>The recipe that the parameters change.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The swept recipe fields in the order written; no field twice, none that is a part of another.</summary>
    public ValueList<SweepAxis> Parameters { get; init; } = [];

    /// <summary>Seeds of the noise, at least one, all different.</summary>
    public ValueList<ulong> Seeds { get; init; } = [0];

    /// <summary>Which combinations are tried.</summary>
    public SweepSearch Search { get; init; } = SweepSearch.Grid;

    /// <summary>When weak cells are stopped; null: never.</summary>
    public AshaRule? Stop { get; init; }

    /// <summary>What cells are compared by.</summary>
    public SweepScore Score { get; init; } = SweepScore.Balanced;

    /// <summary>As `--size`: goes before the recipe's; null: the recipe's.</summary>
    public RecipeSize? Size { get; init; }

    /// <summary>As `--style-size`; null: as for the content.</summary>
    public RecipeSize? StyleSize { get; init; }

    /// <summary>As `--steps`: over all scales, each keeping its share; null: the recipe's.</summary>
    public int? Steps { get; init; }

    /// <summary>What becomes of the best cells when all are done; null: nothing.</summary>
    public SweepPromotion? Promote { get; init; }

    /// <summary>The recipe with <see cref="Size"/> and <see cref="Steps"/> in it: what a cell without parameters renders.</summary>
    public Recipe Base
    {
        get
        {
            var sized = Size is { } size ? Recipe with { Size = size } : Recipe;
            return Steps is { } steps ? RecipeSteps.With(sized, steps) : sized;
        }
    }

    /// <summary>
    /// The recipe of a cell: <see cref="Base"/> with a value for each of some fields. A value for `steps` is shared out over the
    /// recipe's scales, as by `--steps`; otherwise it would be without effect there.
    /// </summary>
    /// <exception cref="StyleFarmException">BadUsage: the recipe's rules refuse the combination.</exception>
    public Recipe Resolve(IReadOnlyCollection<KeyValuePair<string, SweepValue>> values)
    {
        if (values.Count == 0)
            return Base;
        var recipe = Base.With(values.Select(value => KeyValuePair.Create(value.Key, value.Value.Node())));
        var hasSteps = recipe.Scales is not null && values.Any(value => value.Key == RecipeSteps.Key);
        return hasSteps ? RecipeSteps.With(recipe, recipe.Steps) : recipe;
    }
}

/// <summary>What the cells of a sweep are compared by; lower is better.</summary>
public enum SweepScore
{
    /// <summary>Content and style loss under fixed reference weights, so that cells with different weights compare.</summary>
    Balanced,
}

/// <summary>What becomes of the best cells of a sweep.</summary>
/// <param name="Cells">How many are rendered again, at least 1.</param>
/// <param name="Size">The size for that.</param>
public sealed record SweepPromotion(int Cells, RecipeSize Size);

/// <summary>
/// When weak cells are stopped: rungs at <see cref="First"/>, First·Factor, First·Factor², … steps, at each of which the best
/// <see cref="Keep"/> of the cells that come so far go on.
/// </summary>
/// <param name="First">Steps at the first rung, at least 1.</param>
/// <param name="Factor">From one rung to the next, at least 2.</param>
/// <param name="Keep">Above 0, below 1; one cell at least goes on.</param>
public sealed record AshaRule(int First, int Factor, double Keep)
{
    /// <summary>The factor where a sweep names none.</summary>
    public const int DefaultFactor = 3;
}

/// <summary>Which combinations of a sweep are tried.</summary>
/// <param name="Samples">So many drawn at random, at least 1; null: all of them.</param>
/// <param name="RandomSeed">Of the draw.</param>
public sealed record SweepSearch(int? Samples, ulong RandomSeed = 0)
{
    /// <summary>Every combination.</summary>
    public static SweepSearch Grid { get; } = new(Samples: null);
}
