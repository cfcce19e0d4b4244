using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Reads an axis' values where they are computed: {log: [lo, hi, count]} and the like.</summary>
static class RangeReader
{
    public const string Forms = "a list of values, {log: [lo, hi, count]}, {linear: [lo, hi, count]} or {range: [from, to, step]}";

    static readonly ImmutableArray<(string Name, AxisSpacing Spacing, string Parts)> Table =
    [
        ("log", AxisSpacing.Log, "[lo, hi, count], such as [1.0e3, 1.0e6, 4]"),
        ("linear", AxisSpacing.Linear, "[lo, hi, count], such as [0, 1, 5]"),
        ("range", AxisSpacing.Range, "[from, to, step], such as [1, 9, 2]"),
    ];

    /// <summary>The word of a form.</summary>
    public static string NameOf(AxisSpacing spacing) => Table.First(row => row.Spacing == spacing).Name;

    /// <summary>True when a map is one of the forms or was meant to be, not a value of the field.</summary>
    public static bool IsForm(JsonObject map) => map.Any(member => Find(member.Key) is not null)
        || (map.Count == 1 && map.First() is { Value: JsonArray } only && Near(only.Key) is not null);

    /// <summary>The range in a map for which <see cref="IsForm"/> holds; null, with the faults, when it is none.</summary>
    public static AxisRange? Read(string key, JsonObject map, SweepFaults faults)
    {
        if (map.Count > 1)
        {
            faults.Add(key, $"found a map of {string.Join(", ", map.Select(member => RecipeNodes.Shorten(member.Key)))}, expected {Forms}");
            return null;
        }
        var (name, node) = map.First();
        if (Find(name) is { } row)
            return Read($"{key}.{name}", row, node, faults);
        faults.Add($"{key}.{name}", $"unknown form, expected {Forms}{NearestMatch.Hint(Near(name))}");
        return null;
    }

    static AxisRange? Read(string key, (string Name, AxisSpacing Spacing, string Parts) row, JsonNode? node, SweepFaults faults)
    {
        if (node is not JsonArray { Count: 3 } list)
        {
            var found = node is JsonArray other ? Text($"a list of {other.Count}") : RecipeNodes.Show(node);
            faults.Add(key, $"found {found}, expected {row.Parts}");
            return null;
        }
        var before = faults.All.Count;
        for (var i = 0; i < 3; i++)
            if (RecipeNodes.Number(list[i]) is not { } number || !double.IsFinite(number))
                faults.Add(SweepFaults.Item(key, i), list[i], "a finite number");
        if (faults.All.Count > before)
            return null;
        var range = new AxisRange(row.Spacing, Part(0), Part(1), Part(2));
        if (Fault(range) is not { } fault)
            return range;
        faults.Add(SweepFaults.Item(key, fault.Part), fault.Text);
        return null;

        double Part(int i) => RecipeNodes.Number(list[i])!.Value;
    }

    static (int Part, string Text)? Fault(AxisRange range) => range switch
    {
        { Spacing: AxisSpacing.Log, First: <= 0 } =>
            (0, Text($"found {range.First}, expected a number above 0: logarithms begin there; use linear for others")),
        { Spacing: AxisSpacing.Range, Third: 0 } => (2, "found a step of 0, expected one that leads from the first number to the second"),
        { Spacing: AxisSpacing.Range } when Math.Sign(range.Last - range.First) == -Math.Sign(range.Third) =>
            (2, Text($"found a step of {range.Third}, expected one {(range.Third < 0 ? "above" : "below")} 0, ")
                + Text($"which leads from {range.First} to {range.Last}")),
        { Spacing: AxisSpacing.Range } => TooMany(range),
        _ when range.Third != Math.Floor(range.Third) || range.Third < 1 =>
            (2, Text($"found a count of {range.Third}, expected a whole number of at least 1")),
        _ when range.Last < range.First => (1, Text($"found {range.Last}, expected at least {range.First}, where the range begins")),
        _ when range.Last == range.First && range.Third > 1 =>
            (1, Text($"found {range.Third} values from {range.First} to {range.Last}, expected a count of 1 or a wider range")),
        _ => TooMany(range),
    };

    static (int Part, string Text)? TooMany(AxisRange range) => range.Count <= SweepSpec.MaxCells ? null
        : (2, Text($"found {range.Count:N0} values, expected at most {SweepSpec.MaxCells:N0}"));

    static (string Name, AxisSpacing Spacing, string Parts)? Find(string name) =>
        Table.FirstOrDefault(row => row.Name == name) is { Name: not null } row ? row : null;

    /// <summary>The form that a word was meant to be: a near match, or one like linspace and logspace.</summary>
    static string? Near(string name) => NearestMatch.Find(name, Table.Select(row => row.Name))
        ?? Table.FirstOrDefault(row => name.StartsWith(row.Name[..3], StringComparison.OrdinalIgnoreCase)).Name;

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
