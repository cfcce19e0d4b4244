using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Reads a sweep's seeds, its search and its rule for stopping.</summary>
static class SweepSearchReader
{
    public static ValueList<ulong> Seeds(JsonNode? node, SweepFaults faults)
    {
        if (node is null)
            return [0];
        if (node is not JsonArray list)
            return faults.Pass(SweepSchema.SeedCount, "seeds", node)
                ? Enumerable.Range(0, (int)RecipeNodes.Number(node)!.Value).Select(seed => (ulong)seed).ToValueList()
                : [0];
        var seeds = new List<ulong>();
        var known = new HashSet<ulong>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = SweepFaults.Item("seeds", i);
            if (!faults.Pass(SweepSchema.Seed, key, list[i]))
                continue;
            var seed = (ulong)RecipeNodes.Number(list[i])!.Value;
            if (known.Add(seed))
                seeds.Add(seed);
            else
                faults.Add(key, string.Create(CultureInfo.InvariantCulture, $"found {seed} again, expected different seeds"));
        }
        if (list.Count == 0)
            faults.Add("seeds", node, SweepSchema.SeedForms);
        return seeds.ToValueList();
    }

    public static SweepSearch Search(JsonNode? node, SweepFaults faults)
    {
        if (node is null || RecipeNodes.Text(node) == "grid")
            return SweepSearch.Grid;
        if (node is not JsonObject map)
        {
            faults.Add("search", node, SweepSchema.SearchForms, ["grid", "random"]);
            return SweepSearch.Grid;
        }
        return faults.Pass(SweepSchema.Search, "search", map)
            ? new((int)RecipeNodes.Number(map["random"])!.Value, (ulong)(RecipeNodes.Number(map["random_seed"]) ?? 0))
            : SweepSearch.Grid;
    }

    public static AshaRule? Stop(JsonNode? node, SweepFaults faults)
    {
        if (RecipeNodes.IsNull(node))
            return null;
        if (node is not JsonObject map)
        {
            faults.Add("stop", node, SweepSchema.StopForms, ["none", "asha"]);
            return null;
        }
        if (!faults.Pass(SweepSchema.Stop, "stop", map))
            return null;
        var asha = map["asha"]!;
        var factor = (int)(RecipeNodes.Number(asha["factor"]) ?? AshaRule.DefaultFactor);
        return new((int)RecipeNodes.Number(asha["first"])!.Value, factor, RecipeNodes.Number(asha["keep"]) ?? 1.0 / factor);
    }
}
