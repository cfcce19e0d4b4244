using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>A swept field and its value in one cell.</summary>
/// <param name="Key">The dotted recipe field.</param>
/// <param name="Value">What it is set to.</param>
public sealed record SweepSetting(string Key, SweepValue Value);

/// <summary>One cell of a sweep, fully resolved.</summary>
public sealed record SweepPoint
{
    /// <summary>Its place in the plan, from 0; in a promotion, its rank.</summary>
    public required int Index { get; init; }

    /// <summary>Which of the sweep's contents.</summary>
    public required int ContentIndex { get; init; }

    /// <summary>The content picture's path as written.</summary>
    public required string Content { get; init; }

    /// <summary>Which of the sweep's styles.</summary>
    public required int StyleIndex { get; init; }

    /// <summary>The style pictures and their shares.</summary>
    public required StyleBlend Style { get; init; }

    /// <summary>The swept fields in the order of the sweep.</summary>
    public required ValueList<SweepSetting> Parameters { get; init; }

    /// <summary>Of the noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Every field as it is rendered, the result's size and the steps of the sweep among them.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The sweep's wish for the styles' size; null: as for the content.</summary>
    public RecipeSize? StyleSize { get; init; }

    /// <summary>The label of its value on each of <see cref="SweepPlan.Axes"/>, in their order.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The cell of which this is the larger rendering; null for a cell of the plan itself.</summary>
    public int? PromotedFrom { get; init; }
}

/// <summary>One dimension of a sweep, for reports.</summary>
/// <param name="Name">`content`, `style`, the dotted recipe field, or `seed`.</param>
/// <param name="Labels">Of its values, all different, in the order in which they are to be shown.</param>
/// <param name="IsNumeric">True when every label reads as a number and their distances mean something.</param>
/// <param name="IsLog">True when the numbers are best shown by their logarithms; all are above 0 then.</param>
public sealed record PlanAxis(string Name, ValueList<string> Labels, bool IsNumeric = false, bool IsLog = false);
