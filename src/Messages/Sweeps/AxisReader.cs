using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>An axis while it is read.</summary>
sealed class AxisDraft(string key)
{
    public string Key => key;

    public AxisRange? Range { get; init; }

    public List<SweepValue> Values { get; set; } = [];

    public bool IsWhole { get; set; }

    /// <summary>How many values it has or would have.</summary>
    public double Count => Values.Count > 0 ? Values.Count : Range?.Count ?? 0;
}

/// <summary>Reads the parameters of a sweep.</summary>
sealed class AxisReader(SweepFaults faults)
{
    const string Prefix = "parameters.";

    /// <summary>Where a whole-number field is told from others: anywhere inside a range that is no whole number.</summary>
    const double Probe = 0.38196601125010515;

    /// <summary>
    /// Values that are checked from either end of a range. The rules for numbers are intervals and whole numbers, so that a longer
    /// range has no surprises in its middle, and a stranger's sweep of a million values is not worth half a minute.
    /// </summary>
    const int Checked = 5000;

    /// <summary>The axes with the values that are written out; those of ranges follow in <see cref="Fill"/>.</summary>
    public List<AxisDraft> Read(JsonNode? node)
    {
        if (RecipeNodes.IsNull(node))
            return [];
        if (node is not JsonObject map)
        {
            faults.Add("parameters", node, "a map of recipe fields to values, such as {style_weight: [1, 10]}");
            return [];
        }
        foreach (var (key, _) in map)
            foreach (var (part, _) in map)
                if (part.StartsWith(key + ".", StringComparison.Ordinal))
                    faults.Add(Prefix + part, $"is a part of '{key}', which is an axis as well, expected one of the two");
        return [.. map.Select(member => Axis(member.Key, member.Value)).OfType<AxisDraft>()];
    }

    /// <summary>Computes the values of ranges, rounded where the field takes whole numbers only, and checks all values.</summary>
    /// <param name="axes">From <see cref="Read"/>.</param>
    /// <param name="recipe">What they change; null when that could not be read.</param>
    public void Fill(List<AxisDraft> axes, Recipe? recipe)
    {
        var checker = new AxisChecker(recipe, axes);
        foreach (var axis in axes.Where(axis => axis.Range is not null))
            axis.Values = Computed(axis.Range!, isWhole: false);
        foreach (var axis in axes)
        {
            if (axis.Range is { Spacing: not AxisSpacing.Range } range && IsWhole(checker, axis, range))
            {
                axis.IsWhole = true;
                axis.Values = Computed(range, isWhole: true);
            }
            Check(checker, axis);
        }
    }

    AxisDraft? Axis(string name, JsonNode? node)
    {
        var key = Prefix + name;
        if (node is JsonObject map && RangeReader.IsForm(map))
            return RangeReader.Read(key, map, faults) is { } range ? new(name) { Range = range } : null;
        if (node is JsonArray { Count: 0 })
        {
            faults.Add(key, node, RangeReader.Forms);
            return null;
        }
        if (node is JsonObject parts && parts.FirstOrDefault(IsAxis) is { Key: not null } inner)
        {
            faults.Add($"{key}.{inner.Key}", inner.Value, $"one value; to sweep this field, write '{name}.{inner.Key}' as the key");
            return null;
        }
        if (!SweepValue.IsFinite(node))
        {
            faults.Add(key, "found a number that is not finite, expected finite ones");
            return null;
        }
        return new(name) { Values = node is JsonArray list ? [.. list.Select(SweepValue.Of)] : [SweepValue.Of(node)] };
    }

    static bool IsAxis(KeyValuePair<string, JsonNode?> member) =>
        member.Value is JsonArray || (member.Value is JsonObject map && RangeReader.IsForm(map));

    void Check(AxisChecker checker, AxisDraft axis)
    {
        var key = Prefix + axis.Key;
        if (checker.CheckKey(axis.Key) is { } unknown)
        {
            faults.Add(key, unknown.Key == axis.Key ? unknown.Text : unknown.ToString());
            return;
        }
        for (var i = 0; i < axis.Values.Count && faults.All.Count <= RecipeValidator.MaxFaults; i++)
        {
            if (axis.Range is not null && i >= Checked && i < axis.Values.Count - Checked)
                continue;
            var item = axis.Range is null && axis.Values.Count > 1 ? SweepFaults.Item(key, i) : key;
            var found = checker.Check(axis, axis.Values[i].Node());
            foreach (var fault in found)
                Add(axis, item, fault);
            if (found.Count > 0 && axis.Range is not null)
                return;
        }
    }

    void Add(AxisDraft axis, string item, RecipeFault fault)
    {
        if (fault.Key == axis.Key || fault.Key.StartsWith(axis.Key + ".", StringComparison.Ordinal))
            faults.Add(item + fault.Key[axis.Key.Length..], fault.Text);
        else
            faults.Add(item, fault.ToString());
    }

    static bool IsWhole(AxisChecker checker, AxisDraft axis, AxisRange range)
    {
        var probe = range.Between(Probe);
        if (probe == Math.Floor(probe))
            return axis.Values.All(value => value.Number == Math.Floor(value.Number!.Value));
        return checker.Check(axis, JsonValue.Create(probe)).Count > 0
            && checker.Check(axis, JsonValue.Create(Math.Round(probe))).Count == 0;
    }

    static List<SweepValue> Computed(AxisRange range, bool isWhole)
    {
        var values = new List<SweepValue>();
        for (var i = 0; i < range.Count; i++)
            values.Add(isWhole ? SweepValue.Of(Math.Round(range.At(i))) : SweepValue.Computed(range.At(i)));
        if (isWhole)
            return [.. values.Distinct()];
        return values.Select(value => value.Label).Distinct().Count() == values.Count
            ? values
            : [.. values.Select(value => SweepValue.Of(value.Number!.Value))];
    }
}
