using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>A sweep as JSON: the fields of a sweep file.</summary>
public static class SweepJson
{
    static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 16,
    };

    /// <summary>The sweep in a JSON text; comments and trailing commas are allowed.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What an error begins with: the file's name.</param>
    /// <param name="loadRecipe">As for <see cref="SweepReader.Read"/>.</param>
    /// <exception cref="StyleFarmException">BadInput: no JSON. BadUsage: no sweep, all faults in one message.</exception>
    public static SweepSpec Parse(string json, string source = "sweep", Func<string, Recipe>? loadRecipe = null)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $"line {line + 1}: " : "";
            var reason = RecipeValidator.OneLine(e.Message.Split(" LineNumber:")[0]).TrimEnd('.');
            throw StyleFarmException.BadInput($"{source}: {where}not JSON: {reason}", e);
        }
        return SweepReader.Read(node, source, loadRecipe: loadRecipe);
    }

    /// <summary>
    /// A node of its own, for which <see cref="SweepReader.Read"/> gives an equal sweep without reading any file: a recipe that is no
    /// preset stands in it whole (and so loses the name of its file).
    /// </summary>
    public static JsonObject ToNode(SweepSpec spec)
    {
        var node = new JsonObject
        {
            ["name"] = spec.Name,
            ["content"] = new JsonArray([.. spec.Contents.Select(path => (JsonNode)path)]),
            ["style"] = new JsonArray([.. spec.Styles.Select(ToNode)]),
            ["recipe"] = RecipeNode(spec),
            ["parameters"] = new JsonObject(spec.Parameters.Select(axis => KeyValuePair.Create(axis.Key, (JsonNode?)ToNode(axis)))),
            ["seeds"] = ToNode(spec.Seeds),
            ["search"] = ToNode(spec.Search),
            ["stop"] = spec.Stop is { } stop ? ToNode(stop) : "none",
            ["score"] = "balanced",
        };
        if (spec.Size is { } size)
            node["size"] = size.ToString();
        if (spec.StyleSize is { } styleSize)
            node["style_size"] = styleSize.ToString();
        if (spec.Steps is { } steps)
            node["steps"] = steps;
        if (spec.Promote is { } promote)
            node["promote"] = new JsonObject { ["cells"] = promote.Cells, ["size"] = promote.Size.ToString() };
        return node;
    }

    static JsonNode RecipeNode(SweepSpec spec) => spec.RecipeName is { } name && RecipePresets.Find(name)?.Recipe == spec.Recipe
        ? name
        : RecipeJson.ToNode(spec.Recipe);

    static JsonNode ToNode(StyleBlend blend)
    {
        if (blend.Parts.Any(part => part.Weight != 1))
            return new JsonObject(blend.Parts.Select(part => KeyValuePair.Create(part.Path, (JsonNode?)JsonValue.Create(part.Weight))));
        return blend.Parts is [var only] ? only.Path : new JsonArray([.. blend.Parts.Select(part => (JsonNode)part.Path)]);
    }

    static JsonNode ToNode(SweepAxis axis) => axis.Range is { } range
        ? new JsonObject { [RangeReader.NameOf(range.Spacing)] = new JsonArray(range.First, range.Last, range.Third) }
        : new JsonArray([.. axis.Values.Select(value => value.Node())]);

    static JsonNode ToNode(ValueList<ulong> seeds) => seeds.Select((seed, i) => seed == (ulong)i).All(isCount => isCount)
        ? seeds.Count
        : new JsonArray([.. seeds.Select(seed => (JsonNode)seed)]);

    static JsonNode ToNode(SweepSearch search) => search.Samples is { } samples
        ? new JsonObject { ["random"] = samples, ["random_seed"] = search.RandomSeed }
        : "grid";

    static JsonObject ToNode(AshaRule rule) => new()
    {
        ["asha"] = new JsonObject { ["first"] = rule.First, ["factor"] = rule.Factor, ["keep"] = rule.Keep },
    };
}
