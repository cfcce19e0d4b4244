using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>
/// The cells of a grid in row-major order: content, style, the parameters in the order written, seed; the last changes fastest.
/// Repeats and refused combinations are left out; of cells that are the same the first stays.
/// </summary>
sealed class GridCells : ICellSource
{
    readonly SweepSpec _spec;
    readonly ImmutableArray<int> _counts;
    readonly int[]? _kept;
    readonly ImmutableArray<AxisGroup> _groups;
    readonly bool _usesSeed;

    public GridCells(SweepSpec spec)
    {
        _spec = spec;
        _counts = [spec.Contents.Count, spec.Styles.Count, .. spec.Parameters.Select(axis => axis.Values.Count), spec.Seeds.Count];
        _groups = AxisGroup.Of(spec);
        _usesSeed = AxisGroup.UsesSeed(spec.Base);
        Total = _counts.Aggregate(1, (product, count) => checked(product * count));
        var kept = Keep(Repeats(spec.Contents), Repeats(spec.Styles.Select(Canonical)));
        _kept = kept.Count == Total ? null : [.. kept];
        Count = kept.Count;
    }

    /// <summary>Combinations of the grid.</summary>
    public int Total { get; }

    /// <summary>Cells that are left.</summary>
    public int Count { get; }

    /// <summary>Combinations that repeat an earlier one.</summary>
    public int Repeated { get; private set; }

    /// <summary>Combinations that differ from an earlier one only by a seed that makes no difference.</summary>
    public int SeedCopies { get; private set; }

    /// <summary>Combinations that the recipe's rules refuse.</summary>
    public int Refused { get; private set; }

    /// <summary>Why the first of those is refused.</summary>
    public string? FirstFault { get; private set; }

    public CellChoice At(int cell)
    {
        var digits = Digits(cell);
        return new(digits[0], digits[1], [.. _spec.Parameters.Select((axis, i) => axis.Values[digits[i + 2]])], digits[^1]);
    }

    public int? Steps(int cell) => _groups.FirstOrDefault(group => group.Name == SweepAxis.StepsGroup)?.Row(Digits(cell).AsSpan(2)).Steps;

    public ValueList<string> Labels(int axis) => _spec.Parameters[axis].Values.Select(value => value.Label).Distinct().ToValueList();

    public IEnumerable<string> Notices()
    {
        if (Repeated > 0)
            yield return Invariant($"{Repeated:N0} of {Total:N0} combinations repeat another one and are left out");
        if (SeedCopies > 0)
            yield return Invariant($"the seed makes no difference where a recipe starts without noise: {SeedCopies:N0} of {Total:N0} ")
                + "combinations that differ only by it are left out";
        if (Refused > 0)
            yield return Invariant($"{Refused:N0} of {Total:N0} combinations are refused and left out; the first: {FirstFault}");
    }

    /// <summary>Two blends that are rendered alike are equal in this form.</summary>
    public static string Canonical(StyleBlend blend) =>
        string.Join('\n', blend.Parts.Select((part, i) => Invariant($"{blend.Shares[i]:R} {part.Path}")));

    int[] Digits(int cell)
    {
        var flat = _kept?[cell] ?? cell;
        var digits = new int[_counts.Length];
        for (var i = digits.Length - 1; i >= 0; i--)
            (flat, digits[i]) = Math.DivRem(flat, _counts[i]);
        return digits;
    }

    List<int> Keep(bool[] repeatedContents, bool[] repeatedStyles)
    {
        var kept = new List<int>();
        var digits = new int[_counts.Length];
        for (var flat = 0; flat < Total; flat++)
        {
            if (IsKept(digits, repeatedContents[digits[0]] || repeatedStyles[digits[1]]))
                kept.Add(flat);
            for (var at = digits.Length - 1; at >= 0 && ++digits[at] == _counts[at]; at--)
                digits[at] = 0;
        }
        return kept;
    }

    bool IsKept(ReadOnlySpan<int> digits, bool isRepeat)
    {
        var usesSeed = _usesSeed;
        string? fault = null;
        foreach (var group in _groups)
        {
            var row = group.Row(digits[2..]);
            fault ??= row.Fault;
            isRepeat |= row.IsRepeat;
            if (group.Name == SweepAxis.InitGroup)
                usesSeed = row.UsesSeed;
        }
        if (fault is not null)
        {
            Refused++;
            FirstFault ??= fault;
            return false;
        }
        if (isRepeat)
            Repeated++;
        else if (!usesSeed && digits[^1] > 0)
            SeedCopies++;
        else
            return true;
        return false;
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    static bool[] Repeats(IEnumerable<string> values)
    {
        var known = new HashSet<string>();
        return [.. values.Select(value => !known.Add(value))];
    }
}
