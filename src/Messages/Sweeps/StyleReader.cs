using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Reads the pictures of a sweep.</summary>
static class StyleReader
{
    const string Content = "a picture's path or a list of them";
    const string Blends = "a path, a list of paths to blend evenly, or a map of paths to shares, such as {starry.jpg: 0.7, wave.jpg: 0.3}";

    /// <summary>The paths at `content`.</summary>
    public static ValueList<string> Contents(JsonObject sweep, SweepFaults faults)
    {
        var node = sweep["content"];
        if (RecipeNodes.Text(node) is not null)
            return faults.Pass(SweepSchema.Path, "content", node) ? [RecipeNodes.Text(node)!] : [];
        if (node is not JsonArray { Count: > 0 } list)
        {
            Missing(sweep, "content", Content, faults);
            return [];
        }
        return list.Where((item, i) => faults.Pass(SweepSchema.Path, SweepFaults.Item("content", i), item))
            .Select(item => RecipeNodes.Text(item)!)
            .ToValueList();
    }

    /// <summary>The entries of `style`.</summary>
    public static ValueList<StyleBlend> Styles(JsonObject sweep, SweepFaults faults)
    {
        var node = sweep["style"];
        if (RecipeNodes.Text(node) is not null)
            return Blend("style", node, faults) is { } only ? [only] : [];
        if (node is not JsonArray { Count: > 0 } list)
        {
            var hint = node is JsonObject ? "; to blend, put the map into a list" : "";
            Missing(sweep, "style", $"a picture's path or a list of styles, each {Blends}{hint}", faults);
            return [];
        }
        return list.Select((item, i) => Blend(SweepFaults.Item("style", i), item, faults)).OfType<StyleBlend>().ToValueList();
    }

    static void Missing(JsonObject sweep, string key, string expected, SweepFaults faults)
    {
        if (sweep.ContainsKey(key))
            faults.Add(key, sweep[key], expected);
        else
            faults.Add(key, $"missing, expected {expected}");
    }

    static StyleBlend? Blend(string key, JsonNode? node, SweepFaults faults)
    {
        if (RecipeNodes.Text(node) is { } path)
            return faults.Pass(SweepSchema.Path, key, node) ? StyleBlend.Of(path) : null;
        if (node is JsonArray { Count: > 0 } list)
            return Even(key, list, faults);
        if (node is JsonObject { Count: > 0 } map)
            return Weighted(key, map, faults);
        faults.Add(key, node, Blends);
        return null;
    }

    static StyleBlend? Even(string key, JsonArray list, SweepFaults faults)
    {
        var paths = new List<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var item = SweepFaults.Item(key, i);
            if (!faults.Pass(SweepSchema.Path, item, list[i]))
                continue;
            var path = RecipeNodes.Text(list[i])!;
            if (paths.Contains(path))
                faults.Add(item, list[i], $"another picture; to give one a larger share, write {{{path}: 2, …: 1}}");
            else
                paths.Add(path);
        }
        return paths.Count == list.Count ? new(paths.Select(path => new StyleShare(path, 1)).ToValueList()) : null;
    }

    static StyleBlend? Weighted(string key, JsonObject map, SweepFaults faults)
    {
        var before = faults.All.Count;
        foreach (var (path, share) in map)
        {
            if (string.IsNullOrWhiteSpace(path))
                faults.Add(key, "found a share without a path, expected a picture's path before it");
            faults.Pass(SweepSchema.Share, $"{key}.{path}", share);
        }
        return faults.All.Count > before ? null
            : new(map.Select(part => new StyleShare(part.Key, RecipeNodes.Number(part.Value)!.Value)).ToValueList());
    }
}
