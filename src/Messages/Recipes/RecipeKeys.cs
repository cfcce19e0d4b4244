using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>Reads and changes a recipe by dotted key, over its JSON form.</summary>
static class RecipeKeys
{
    public static JsonNode? Get(Recipe recipe, string key)
    {
        RuleOf(key);
        JsonNode? node = RecipeJson.ToNode(recipe);
        var parts = key.Split('.');
        for (var i = 0; i < parts.Length && node is not null; i++)
        {
            node = node switch
            {
                JsonObject map => map[parts[i]],
                JsonArray list => Item(list, key, parts[i]),
                _ => null,
            };
        }
        return node?.DeepClone() ?? (IsTap(parts) ? JsonValue.Create(0.0) : null);
    }

    public static Recipe With(Recipe recipe, IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        var root = RecipeJson.ToNode(recipe);
        var faults = new List<RecipeFault>();
        foreach (var (key, value) in values)
            Set(root, key, value, faults);
        RecipeValidator.Throw(faults, "recipe");
        return RecipeJson.Read(root);
    }

    /// <summary>Puts a value at a dotted key of a recipe's JSON form, or adds why that cannot be.</summary>
    public static void Set(JsonObject root, string key, JsonNode? value, List<RecipeFault> faults)
    {
        if (Find(key) is { Fault: { } fault })
        {
            faults.Add(fault);
            return;
        }
        var parts = key.Split('.');
        JsonNode node = root;
        for (var i = 0; i < parts.Length - 1; i++)
        {
            if (node is JsonArray list)
            {
                if (Index(list, parts[i]) is not { } index || list[index] is not JsonObject item)
                {
                    faults.Add(NoItem(list, key, parts[i]));
                    return;
                }
                node = item;
                continue;
            }
            if (node[parts[i]] is null && Find(string.Join('.', parts[..(i + 1)])).Rule is ListRule)
            {
                faults.Add(NoItem([], key, parts[i + 1]));
                return;
            }
            if (node[parts[i]] is not (JsonObject or JsonArray))
                node[parts[i]] = new JsonObject();
            node = node[parts[i]]!;
        }
        if (node is JsonArray last)
        {
            if (Index(last, parts[^1]) is { } index)
                last[index] = value?.DeepClone();
            else
                faults.Add(NoItem(last, key, parts[^1]));
            return;
        }
        Put((JsonObject)node, parts[^1], value, keepOthers: Find(key).Rule is MapRule && parts.Length == 1);
    }

    /// <summary>Takes over the members of another recipe's JSON form; `optimizer` and `schedule` member by member.</summary>
    public static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
            Put(target, name, value, RecipeSchema.Root.Fields.Any(field => field.Name == name && field.Rule is MapRule));
    }

    /// <summary>The fault of a key that no field has.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="map">The map in which it was looked for.</param>
    public static RecipeFault Unknown(string key, MapRule map)
    {
        var names = map.Fields.Select(field => field.Name).ToList();
        var prefix = key[..(key.LastIndexOf('.') + 1)];
        var near = NearestMatch.Find(key[prefix.Length..], names) is { } name
            ? prefix + name
            : NearestMatch.FindKey(key, RecipeSchema.Keys);
        return new(key, "unknown field" + (near is null ? $", expected one of {string.Join(", ", names)}" : NearestMatch.Hint(near)));
    }

    static void Put(JsonObject map, string name, JsonNode? value, bool keepOthers)
    {
        if (!keepOthers || value is not JsonObject members || map[name] is not JsonObject kept)
        {
            map[name] = value?.DeepClone();
            return;
        }
        foreach (var (member, memberValue) in members)
            kept[member] = memberValue?.DeepClone();
    }

    static void RuleOf(string key)
    {
        if (Find(key) is { Fault: { } fault })
            RecipeValidator.Throw([fault], "recipe");
    }

    static (Rule? Rule, RecipeFault? Fault) Find(string key)
    {
        Rule rule = RecipeSchema.Root;
        var path = "";
        foreach (var part in key.Split('.'))
        {
            path = path.Length == 0 ? part : $"{path}.{part}";
            switch (rule)
            {
                case MapRule map when map.Fields.FirstOrDefault(field => field.Name == part) is { } field:
                    rule = field.Rule;
                    break;
                case MapRule map:
                    return (null, Unknown(path, map));
                case TapsRule when Tap.TryParse(part, out _):
                    rule = TapsRule.Weight;
                    break;
                case TapsRule:
                    return (null, new(path, Tap.Fault(part)));
                case ListRule list when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _):
                    rule = list.Item;
                    break;
                case ListRule:
                    return (null, new(path, $"found '{part}', expected the number of an item, from 0"));
                default:
                    return (null, new(key, $"unknown field, {path[..path.LastIndexOf('.')]} has no parts"));
            }
        }
        return (rule, null);
    }

    static bool IsTap(string[] parts) => parts.Length == 2 && parts[0] is "content" or "style";

    static int? Index(JsonArray list, string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count ? index : null;

    static JsonNode? Item(JsonArray list, string key, string part) => Index(list, part) is { } index
        ? list[index]
        : throw StyleFarmException.BadUsage($"recipe: {NoItem(list, key, part)}");

    static RecipeFault NoItem(JsonArray list, string key, string part) =>
        new(key, $"there is no item {part}, expected {(list.Count == 0 ? "a list to be set first" : $"0 to {list.Count - 1}")}");
}
