using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>What is wrong with one field.</summary>
/// <param name="Key">The dotted key, `optimizer.lr`.</param>
/// <param name="Text">What was found, what was expected and the nearest match.</param>
public sealed record RecipeFault(string Key, string Text)
{
    /// <summary>`KEY: TEXT`, the key cut at 60 characters.</summary>
    public override string ToString() => $"{RecipeNodes.Shorten(Key)}: {Text}";
}

/// <summary>What a value must be; adds a fault for each thing that is wrong with it.</summary>
abstract class Rule
{
    /// <summary>Completes "expected …".</summary>
    public abstract string Expected { get; }

    /// <summary>What null stands for is left to the field: true where null (or `none`) is a value.</summary>
    public bool Nullable { get; init; }

    public void Check(string key, JsonNode? node, List<RecipeFault> faults)
    {
        if (!(Nullable && RecipeNodes.IsNull(node)))
            CheckValue(key, node, faults);
    }

    protected abstract void CheckValue(string key, JsonNode? node, List<RecipeFault> faults);

    protected void Add(List<RecipeFault> faults, string key, JsonNode? node, string? nearest = null) =>
        faults.Add(new(key, $"found {RecipeNodes.Show(node)}, expected {Expected}{NearestMatch.Hint(nearest)}"));
}

/// <summary>A value without parts.</summary>
/// <param name="expected">Completes "expected …".</param>
/// <param name="accepts">True for a good value.</param>
/// <param name="words">The words among which a nearest match is looked for.</param>
sealed class ValueRule(string expected, Func<JsonNode?, bool> accepts, IReadOnlyCollection<string>? words = null) : Rule
{
    public override string Expected => expected;

    /// <summary>A number for which the test holds.</summary>
    public static ValueRule Number(string expected, Func<double, bool> accepts) =>
        new($"a number {expected}", node => RecipeNodes.Number(node) is { } number && double.IsFinite(number) && accepts(number));

    /// <summary>A whole number from a least to a greatest value.</summary>
    public static ValueRule Whole(int from, int to = int.MaxValue)
    {
        var range = to == int.MaxValue ? $"of at least {from}" : $"from {from} to {to}";
        return new($"a whole number {range}", node =>
            RecipeNodes.Number(node) is { } number && number == Math.Floor(number) && number >= from && number <= to);
    }

    /// <summary>One of an enum's texts.</summary>
    public static ValueRule Choice<T>(bool nullable = false)
        where T : struct, Enum
    {
        var names = RecipeText.Names<T>();
        return new(names.Length == 1 ? names[0] : $"one of {string.Join(", ", names)}",
            node => RecipeNodes.Text(node) is { } text && names.Contains(text), names) { Nullable = nullable };
    }

    protected override void CheckValue(string key, JsonNode? node, List<RecipeFault> faults)
    {
        if (!accepts(node))
            Add(faults, key, node, words is not null && RecipeNodes.Text(node) is { } text ? NearestMatch.Find(text, words) : null);
    }
}

/// <summary>A map of taps to weights; a weight of 0 means that the tap is not in use.</summary>
sealed class TapsRule : Rule
{
    public static readonly Rule Weight = ValueRule.Number("of at least 0", value => value >= 0);

    public override string Expected => "a map of taps to weights, such as {relu4_2: 1}, with at least one above 0";

    protected override void CheckValue(string key, JsonNode? node, List<RecipeFault> faults)
    {
        if (node is not JsonObject taps)
        {
            Add(faults, key, node);
            return;
        }
        var before = faults.Count;
        foreach (var (name, weight) in taps)
        {
            if (Tap.TryParse(name, out _))
                Weight.Check($"{key}.{name}", weight, faults);
            else
                faults.Add(new($"{key}.{name}", Tap.Fault(name)));
        }
        if (faults.Count == before && taps.All(tap => RecipeNodes.Number(tap.Value) == 0))
            faults.Add(new(key, $"no tap in use, expected {Expected}; to leave this loss out, set {key}_weight to 0"));
    }
}

/// <summary>A map with a known set of fields.</summary>
sealed class MapRule(params Field[] fields) : Rule
{
    public IReadOnlyList<Field> Fields => fields;

    public override string Expected => $"a map of {string.Join(", ", fields.Select(part => part.Name))}";

    protected override void CheckValue(string key, JsonNode? node, List<RecipeFault> faults)
    {
        if (node is not JsonObject map)
        {
            Add(faults, key, node);
            return;
        }
        var prefix = key.Length == 0 ? "" : key + ".";
        foreach (var (name, value) in map)
        {
            if (fields.FirstOrDefault(field => field.Name == name) is { } known)
                known.Rule.Check(prefix + name, value, faults);
            else
                faults.Add(RecipeKeys.Unknown(prefix + name, this));
        }
        foreach (var field in fields.Where(field => field.Required && !map.ContainsKey(field.Name)))
            faults.Add(new(prefix + field.Name, $"missing, expected {field.Rule.Expected}"));
    }
}

/// <summary>A list of at least one value.</summary>
sealed class ListRule(Rule item, string expected) : Rule
{
    public Rule Item => item;

    public override string Expected => expected;

    protected override void CheckValue(string key, JsonNode? node, List<RecipeFault> faults)
    {
        if (node is not JsonArray { Count: > 0 } list)
        {
            Add(faults, key, node);
            return;
        }
        for (var i = 0; i < list.Count; i++)
            item.Check(string.Create(CultureInfo.InvariantCulture, $"{key}.{i}"), list[i], faults);
    }
}

/// <summary>A field of a map.</summary>
/// <param name="Name">Its snake_case name.</param>
/// <param name="Rule">What it must be.</param>
/// <param name="Help">One line for people.</param>
/// <param name="Required">True when it has no default.</param>
sealed record Field(string Name, Rule Rule, string Help, bool Required = false);

/// <summary>Reads JSON nodes of any backing.</summary>
static class RecipeNodes
{
    /// <summary>True for null and for the word `none`.</summary>
    public static bool IsNull(JsonNode? node) => node is null || Text(node) == "none";

    public static string? Text(JsonNode? node) => Kind(node) == JsonValueKind.String ? node!.GetValue<string>() : null;

    public static bool? Flag(JsonNode? node) => Kind(node) is JsonValueKind.True or JsonValueKind.False ? node!.GetValue<bool>() : null;

    /// <summary>The number, infinite when it is too large; −0 becomes 0. Null for anything else.</summary>
    public static double? Number(JsonNode? node)
    {
        if (Kind(node) != JsonValueKind.Number)
            return null;
        return node is JsonValue value && value.TryGetValue<double>(out var number)
            ? number + 0.0
            : double.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture) + 0.0;
    }

    /// <summary>The size that a number or a text stands for; null for anything else.</summary>
    public static RecipeSize? Size(JsonNode? node) =>
        RecipeSize.TryParse(Text(node) ?? Number(node)?.ToString(CultureInfo.InvariantCulture), out var size) ? size : null;

    /// <summary>A value as an error shows it: at most 60 characters.</summary>
    public static string Show(JsonNode? node) => Kind(node) switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "a map",
        JsonValueKind.Array => node is JsonArray { Count: 0 } ? "an empty list" : "a list",
        JsonValueKind.String => $"'{Shorten(Text(node)!)}'",
        JsonValueKind.Number => Number(node)!.Value.ToString(CultureInfo.InvariantCulture),
        _ => node!.ToJsonString(),
    };

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..59] + "…";

    static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;
}
