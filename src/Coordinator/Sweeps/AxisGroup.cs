using System.Collections.Immutable;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>What a combination of values of one group comes to.</summary>
/// <param name="Fault">Why the recipe's rules refuse it, or null.</param>
/// <param name="IsRepeat">True when an earlier combination gives the same recipe.</param>
/// <param name="UsesSeed">Meaningful for the group that decides it: whether the result depends on the seed.</param>
/// <param name="Steps">Meaningful for the group that decides it: a cell's updates in all.</param>
readonly record struct GroupRow(string? Fault, bool IsRepeat, bool UsesSeed, int Steps);

/// <summary>
/// The axes of one group with a row for every combination of their values. As the groups of a recipe do not touch one another
/// (<see cref="SweepAxis.Group"/>), these few rows tell which cells of the whole grid are repeats or refused.
/// </summary>
sealed class AxisGroup
{
    readonly ImmutableArray<int> _axes;
    readonly ImmutableArray<int> _counts;
    readonly ImmutableArray<GroupRow> _rows;

    AxisGroup(ImmutableArray<int> axes, ImmutableArray<int> counts, ImmutableArray<GroupRow> rows) =>
        (_axes, _counts, _rows) = (axes, counts, rows);

    /// <summary>The groups of a sweep's parameters.</summary>
    public static ImmutableArray<AxisGroup> Of(SweepSpec spec) =>
    [
        .. Enumerable.Range(0, spec.Parameters.Count)
            .GroupBy(axis => spec.Parameters[axis].Group)
            .Select(group => Of(spec, group.Key, [.. group])),
    ];

    /// <summary>The row of the combination that the digits of all parameters pick.</summary>
    public GroupRow Row(ReadOnlySpan<int> digits)
    {
        var row = 0;
        for (var i = 0; i < _axes.Length; i++)
            row = (row * _counts[i]) + digits[_axes[i]];
        return _rows[row];
    }

    /// <summary>The group's name.</summary>
    public required string Name { get; init; }

    static AxisGroup Of(SweepSpec spec, string name, ImmutableArray<int> axes)
    {
        ImmutableArray<int> counts = [.. axes.Select(axis => spec.Parameters[axis].Values.Count)];
        var rows = ImmutableArray.CreateBuilder<GroupRow>(counts.Aggregate(1, (product, count) => product * count));
        var known = new HashSet<string>();
        var digits = new int[axes.Length];
        for (var row = 0; row < rows.Capacity; row++)
        {
            rows.Add(Resolve(spec, axes, digits, known));
            for (var at = digits.Length - 1; at >= 0 && ++digits[at] == counts[at]; at--)
                digits[at] = 0;
        }
        return new(axes, counts, rows.MoveToImmutable()) { Name = name };
    }

    static GroupRow Resolve(SweepSpec spec, ImmutableArray<int> axes, int[] digits, HashSet<string> known)
    {
        try
        {
            var recipe = spec.Resolve([.. axes.Select((axis, i) =>
                KeyValuePair.Create(spec.Parameters[axis].Key, spec.Parameters[axis].Values[digits[i]]))]);
            return new(null, !known.Add(recipe.CanonicalJson()), UsesSeed(recipe), RecipeSteps.Total(recipe));
        }
        catch (StyleFarmException e)
        {
            return new(e.Message, IsRepeat: false, UsesSeed: false, Steps: 0);
        }
    }

    /// <summary>True when noise takes part in what a recipe starts from; nothing else reads the seed.</summary>
    public static bool UsesSeed(Recipe recipe) => recipe.Init.Kind switch
    {
        InitKind.Uniform or InitKind.Normal => true,
        InitKind.NoiseMix => recipe.NoiseRatio > 0,
        _ => false,
    };
}
