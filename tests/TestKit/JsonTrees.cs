using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleFarm.TestKit;

/// <summary>
/// What one version of a program knows of another's JSON. In a model, what holds for the first of a list holds for all of it.
/// </summary>
public static class JsonTrees
{
    /// <summary>The same tree with more fields.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="additions">Fields of it, at their places.</param>
    /// <param name="model">Has every field that is known: where the tree leaves one out, nothing is added to it.</param>
    /// <exception cref="InvalidOperationException">One of them is there already.</exception>
    public static JsonNode With(JsonNode tree, JsonNode additions, JsonNode model)
    {
        var copy = tree.DeepClone();
        Add(copy, additions, model, "");
        return copy;
    }

    /// <summary>The same tree without fields that a model lacks.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="model">Has every field that is known.</param>
    /// <param name="whole">Names of fields that are left as they are.</param>
    public static JsonNode Known(JsonNode tree, JsonNode model, params string[] whole)
    {
        var copy = tree.DeepClone();
        Keep(copy, model, whole);
        return copy;
    }

    /// <summary>
    /// Where a tree lacks a field of a model, or has it with another JSON type; empty when it can be read as the model says.
    /// </summary>
    public static IEnumerable<string> Faults(JsonNode? tree, JsonNode? model, string at = "$")
    {
        switch (tree, model)
        {
            case (JsonObject map, JsonObject wanted):
                foreach (var (name, value) in wanted)
                    foreach (var fault in map.ContainsKey(name) ? Faults(map[name], value, $"{at}.{name}") : [$"{at}.{name} is missing"])
                        yield return fault;
                break;
            case (JsonArray list, JsonArray wanted):
                for (var i = 0; wanted.Count > 0 && i < list.Count; i++)
                    foreach (var fault in Faults(list[i], wanted[0], $"{at}[{i}]")) yield return fault;
                break;
            default:
                if (KindOf(tree) != KindOf(model)) yield return $"{at} is of type {KindOf(tree)}; it was {KindOf(model)}";
                break;
        }
    }

    /// <summary>Where a field that both have is of another JSON type than in a model.</summary>
    public static IEnumerable<string> Changes(JsonNode? tree, JsonNode? model) =>
        Faults(tree, model).Where(fault => !fault.EndsWith(" is missing", StringComparison.Ordinal));

    /// <summary>Whether a tree has all that another has, with the same values.</summary>
    public static bool Holds(JsonNode? tree, JsonNode? part) => (tree, part) switch
    {
        (JsonObject map, JsonObject fields) => fields.All(field => map.ContainsKey(field.Key) && Holds(map[field.Key], field.Value)),
        (JsonArray list, JsonArray items) => list.Count == items.Count && list.Zip(items).All(pair => Holds(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(tree, part),
    };

    static void Add(JsonNode tree, JsonNode additions, JsonNode? model, string at)
    {
        if (tree is JsonArray list)
        {
            foreach (var item in list) Add(item!, ((JsonArray)additions)[0]!, (model as JsonArray)?[0], $"{at}[]");
            return;
        }

        foreach (var (name, value) in (JsonObject)additions)
            if (tree[name] is JsonObject or JsonArray) Add(tree[name]!, value!, model?[name], $"{at}.{name}");
            else if (model is JsonObject known && known[name] is JsonObject or JsonArray) continue;
            else if (!tree.AsObject().TryAdd(name, value?.DeepClone()))
                throw new InvalidOperationException($"{at}.{name} is there already: give the addition another name");
    }

    static void Keep(JsonNode? tree, JsonNode? model, string[] whole)
    {
        if (tree is JsonArray list && model is JsonArray { Count: > 0 } models)
            foreach (var item in list) Keep(item, models[0], whole);
        if (tree is not JsonObject map || model is not JsonObject known) return;
        foreach (var name in map.Select(field => field.Key).Where(name => !known.ContainsKey(name)).ToList()) map.Remove(name);
        foreach (var (name, value) in map)
            if (!whole.Contains(name)) Keep(value, known[name], whole);
    }

    // Yes and no are one type; numbers that JSON has no form for are words.
    static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.String when value.GetValue<string>() is "NaN" or "Infinity" or "-Infinity" => "number",
        { } kind => kind.ToString().ToLowerInvariant(),
    };
}
