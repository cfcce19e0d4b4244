using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>
/// Cells drawn one by one: each dimension uniformly over its values, a logarithmic or linear range over all numbers between its ends
/// (over their logarithms for the former), to six significant digits, or to a whole number where the field takes no other. What
/// repeats an earlier cell or is refused is drawn again.
/// </summary>
sealed class DrawnCells : ICellSource
{
    readonly SweepSpec _spec;
    readonly List<CellChoice> _cells = [];
    readonly List<int> _steps = [];
    readonly int[] _styleOf;
    readonly int[] _contentOf;
    string? _firstFault;

    public DrawnCells(SweepSpec spec, int wanted, ulong seed)
    {
        _spec = spec;
        _contentOf = FirstOf(spec.Contents);
        _styleOf = FirstOf(spec.Styles.Select(GridCells.Canonical));
        var stream = new DrawStream(seed);
        var known = new HashSet<(int, int, string, int)>();
        // To meet each of n equally likely cells takes about n·ln n draws.
        var attempts = 1000 + (20L * wanted);
        for (var i = 0L; i < attempts && Count < wanted; i++)
            TryAdd(Draw(stream), known);
        Wanted = wanted;
    }

    int Wanted { get; }

    public int Count => _cells.Count;

    public int Repeated { get; private set; }

    public int SeedCopies => 0;

    public int Refused { get; private set; }

    /// <summary>True for an axis from which any number between its ends is drawn.</summary>
    public static bool IsContinuous(SweepAxis axis) => axis.Range is { Spacing: not AxisSpacing.Range } && axis.Values.Count > 1;

    public CellChoice At(int cell) => _cells[cell];

    public int? Steps(int cell) => _steps[cell];

    public ValueList<string> Labels(int axis)
    {
        var values = _spec.Parameters[axis].Values.AsEnumerable();
        if (IsContinuous(_spec.Parameters[axis]))
            values = _cells.Select(cell => cell.Values[axis]).OrderBy(value => value.Number);
        return values.Select(value => value.Label).Distinct().ToValueList();
    }

    public IEnumerable<string> Notices()
    {
        if (Count < Wanted)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"search: {Wanted:N0} cells were asked for, but only {Count:N0} different ones were found");
        if (Refused > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{Refused:N0} combinations were refused and drawn again; the first: {_firstFault}");
    }

    CellChoice Draw(DrawStream stream) => new(
        stream.Below(_spec.Contents.Count),
        stream.Below(_spec.Styles.Count),
        [.. _spec.Parameters.Select(axis => Value(axis, stream))],
        stream.Below(_spec.Seeds.Count));

    void TryAdd(CellChoice cell, HashSet<(int, int, string, int)> known)
    {
        Recipe recipe;
        try
        {
            recipe = _spec.Resolve(SweepPlan.Settings(_spec, cell.Values));
        }
        catch (StyleFarmException e)
        {
            Refused++;
            _firstFault ??= e.Message;
            return;
        }
        if (!AxisGroup.UsesSeed(recipe))
            cell = cell with { Seed = 0 };
        if (!known.Add((_contentOf[cell.Content], _styleOf[cell.Style], recipe.Hash(), cell.Seed)))
        {
            Repeated++;
            return;
        }
        _cells.Add(cell);
        _steps.Add(RecipeSteps.Total(recipe));
    }

    static SweepValue Value(SweepAxis axis, DrawStream stream)
    {
        if (!IsContinuous(axis))
            return axis.Values[stream.Below(axis.Values.Count)];
        var range = axis.Range!;
        var number = range.Between(stream.Fraction());
        return SweepValue.Of(axis.IsWhole
            ? Math.Round(number)
            : Math.Clamp(SweepValue.Round(number, SweepValue.LabelDigits), range.First, range.Last));
    }

    static int[] FirstOf(IEnumerable<string> values)
    {
        var first = new Dictionary<string, int>();
        return [.. values.Select((value, i) => first.TryAdd(value, i) ? i : first[value])];
    }
}
