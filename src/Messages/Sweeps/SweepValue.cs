using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>One value on an axis of a sweep.</summary>
/// <param name="Label">For people: `1000`, `3162.28`, `adam`, `{relu1_1: 1}`; not empty.</param>
/// <param name="Json">The value itself as JSON, numbers with all their digits.</param>
public sealed record SweepValue(string Label, string Json)
{
    /// <summary>The digits of a computed number's label.</summary>
    public const int LabelDigits = 6;

    /// <summary>A value as written, labelled in full.</summary>
    /// <exception cref="ArgumentException">It holds a number that is not finite.</exception>
    public static SweepValue Of(JsonNode? node)
    {
        var canonical = Canonical(node);
        return new(RecipeValidator.OneLine(Flow(canonical)), canonical?.ToJsonString() ?? "null");
    }

    /// <summary>A number, labelled in full.</summary>
    /// <exception cref="ArgumentException">It is not finite.</exception>
    public static SweepValue Of(double number) => Of(JsonValue.Create(number));

    /// <summary>A number with all its digits, labelled with <see cref="LabelDigits"/> of them.</summary>
    /// <exception cref="ArgumentException">It is not finite.</exception>
    public static SweepValue Computed(double number) => Of(number) with { Label = Text(Round(number, LabelDigits)) };

    /// <summary>The number nearest to another with so many significant digits.</summary>
    public static double Round(double number, int digits) =>
        double.Parse(number.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The value as a node of its own.</summary>
    public JsonNode? Node() => JsonNode.Parse(Json);

    /// <summary>The number that it is, or null.</summary>
    public double? Number => RecipeNodes.Number(Node());

    /// <summary>The label.</summary>
    public override string ToString() => Label;

    internal static bool IsFinite(JsonNode? node) => node switch
    {
        JsonObject map => map.All(member => IsFinite(member.Value)),
        JsonArray list => list.All(IsFinite),
        _ => RecipeNodes.Number(node) is not { } number || double.IsFinite(number),
    };

    static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, Canonical(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        _ when RecipeNodes.Number(node) is not { } number => node?.DeepClone(),
        _ when RecipeNodes.Number(node) is { } number && double.IsFinite(number) => JsonValue.Create(number),
        _ => throw new ArgumentException("a number is not finite", nameof(node)),
    };

    static string Flow(JsonNode? node) => node switch
    {
        null => "none",
        JsonObject map => $"{{{string.Join(", ", map.Select(member => $"{member.Key}: {Flow(member.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Flow))}]",
        _ when RecipeNodes.Number(node) is { } number => Text(number),
        _ when node.GetValueKind() == JsonValueKind.String => RecipeNodes.Text(node) is { Length: > 0 } text ? text : "''",
        _ => node.ToJsonString(),
    };

    /// <summary>The shortest text that reads back as the number, an exponent as people write it: 1e-8, 1.5e20.</summary>
    static string Text(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 ? text : string.Create(CultureInfo.InvariantCulture,
            $"{text[..exponent]}e{int.Parse(text[(exponent + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)}");
    }
}
