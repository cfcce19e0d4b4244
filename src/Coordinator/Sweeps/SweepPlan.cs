using System.Collections;
using System.Collections.Immutable;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>
/// The cells of a sweep, each made only when it is asked for, always the same for the same sweep. A grid is in row-major order:
/// content, style, parameters in the order written, seed; the last changes fastest. A random search draws each dimension (content,
/// style, every parameter, seed) uniformly over its values; when there is a logarithmic or linear range, that one is drawn from all
/// numbers between its ends; otherwise cells are drawn from the grid without repetition. No two cells resolve to the same content,
/// style, recipe and seed; where a recipe starts without noise its seed is the sweep's first and takes no part.
/// </summary>
public sealed class SweepPlan : IReadOnlyList<SweepPoint>
{
    /// <summary>Numbers written out that lie further apart than this are shown by their logarithms.</summary>
    const double WideRatio = 50;

    readonly ICellSource _cells;
    readonly int _steps;
    readonly ImmutableArray<string> _contentLabels;
    readonly ImmutableArray<string> _styleLabels;

    SweepPlan(SweepSpec spec, ICellSource cells)
    {
        (Spec, _cells) = (spec, cells);
        _steps = RecipeSteps.Total(spec.Base);
        var nameOf = PictureNames.Of([.. spec.Contents, .. spec.Styles.SelectMany(style => style.Parts).Select(part => part.Path)]);
        _contentLabels = [.. spec.Contents.Select(nameOf)];
        _styleLabels = [.. spec.Styles.Select(style => style.Label(nameOf))];
        Notices = [.. cells.Notices(), .. RungNotices()];
        Axes =
        [
            new("content", _contentLabels.Distinct().ToValueList()),
            new("style", _styleLabels.Distinct().ToValueList()),
            .. spec.Parameters.Select((axis, i) => ReportAxis(axis, cells.Labels(i))),
            new("seed", spec.Seeds.Select(SeedLabel).ToValueList()),
        ];
    }

    /// <summary>Plans a checked sweep.</summary>
    /// <exception cref="StyleFarmException">BadUsage: no cell is left, because the recipe's rules refuse every combination.</exception>
    public static SweepPlan Of(SweepSpec spec)
    {
        var plan = new SweepPlan(spec, Source(spec));
        return plan.Count > 0 ? plan
            : throw StyleFarmException.BadUsage($"{spec.Name}: no cell is left, expected at least one: {string.Join("; ", plan.Notices)}");
    }

    /// <summary>What was planned.</summary>
    public SweepSpec Spec { get; }

    /// <summary>How many cells there are.</summary>
    public int Count => _cells.Count;

    /// <summary>Combinations left out because they come to the same cell as an earlier one.</summary>
    public int Repeated => _cells.Repeated;

    /// <summary>Combinations left out because they differ from an earlier one only by a seed that makes no difference.</summary>
    public int SeedCopies => _cells.SeedCopies;

    /// <summary>Combinations left out because the recipe's rules refuse them.</summary>
    public int Refused => _cells.Refused;

    /// <summary>What the user should know before it starts: a sentence each.</summary>
    public ImmutableArray<string> Notices { get; }

    /// <summary>The dimensions in order: content, style, the parameters, seed; those with one value too.</summary>
    public ImmutableArray<PlanAxis> Axes { get; }

    /// <summary>The cell of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public SweepPoint this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return Point(index, _cells.At(index));
        }
    }

    /// <summary>A cell's updates in all, without making the cell. A picture too small for a coarse scale has fewer.</summary>
    public int StepsOf(int index) => _cells.Steps(index) ?? _steps;

    /// <inheritdoc/>
    public IEnumerator<SweepPoint> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static ImmutableArray<KeyValuePair<string, SweepValue>> Settings(SweepSpec spec, ImmutableArray<SweepValue> values) =>
        [.. spec.Parameters.Select((axis, i) => KeyValuePair.Create(axis.Key, values[i]))];

    static ICellSource Source(SweepSpec spec)
    {
        if (spec.Search.Samples is not { } samples)
            return new GridCells(spec);
        var pictures = 1.0 * spec.Contents.Count * spec.Styles.Count * spec.Seeds.Count;
        var grid = spec.Parameters.Aggregate(pictures, (cells, axis) => cells * axis.Values.Count);
        return grid > SweepSpec.MaxCells || spec.Parameters.Any(DrawnCells.IsContinuous)
            ? new DrawnCells(spec, samples, spec.Search.RandomSeed)
            : new ShuffledCells(new GridCells(spec), samples, spec.Search.RandomSeed);
    }

    SweepPoint Point(int index, CellChoice cell)
    {
        var settings = Settings(Spec, cell.Values);
        return new SweepPoint
        {
            Index = index,
            ContentIndex = cell.Content,
            Content = Spec.Contents[cell.Content],
            StyleIndex = cell.Style,
            Style = Spec.Styles[cell.Style],
            Parameters = settings.Select(setting => new SweepSetting(setting.Key, setting.Value)).ToValueList(),
            Seed = Spec.Seeds[cell.Seed],
            Recipe = Spec.Resolve(settings),
            StyleSize = Spec.StyleSize,
            Labels =
            [
                _contentLabels[cell.Content],
                _styleLabels[cell.Style],
                .. cell.Values.Select(value => value.Label),
                SeedLabel(Spec.Seeds[cell.Seed]),
            ],
        };
    }

    IEnumerable<string> RungNotices()
    {
        if (Spec.Stop is { } stop && Count > 0 && Enumerable.Range(0, Count).All(cell => StepsOf(cell) <= stop.First))
            yield return FormattableString.Invariant($"stop: no cell has more than {stop.First} steps, so none is ever compared");
    }

    static PlanAxis ReportAxis(SweepAxis axis, ValueList<string> labels)
    {
        var numbers = axis.Values.Select(value => value.Number).ToList();
        if (numbers.Exists(number => number is null))
            return new(axis.Key, labels);
        var (least, greatest) = (numbers.Min()!.Value, numbers.Max()!.Value);
        var isLog = axis.Range is { } range ? range.Spacing == AxisSpacing.Log : least > 0 && greatest / least >= WideRatio;
        return new(axis.Key, labels, IsNumeric: true, isLog);
    }

    static string SeedLabel(ulong seed) => FormattableString.Invariant($"{seed}");
}
