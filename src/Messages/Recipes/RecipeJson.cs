using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// A recipe as JSON: the field names of the schema in snake_case, null where there is no schedule, scales, TV form or size. On reading,
/// a member `base` names the preset whose values stand for those that are not given.
/// </summary>
public static class RecipeJson
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 16,
    };

    /// <summary>Indented JSON with every field, in the schema's order.</summary>
    public static string Write(Recipe recipe) => ToNode(recipe).ToJsonString(Indented);

    /// <summary>The recipe in a JSON text; comments and trailing commas are allowed.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What an error begins with: the file's name.</param>
    /// <exception cref="StyleFarmException">BadInput: no JSON. BadUsage: no recipe, all faults in one message.</exception>
    public static Recipe Parse(string json, string source = "recipe")
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: Strict);
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $"line {line + 1}: " : "";
            throw StyleFarmException.BadInput($"{source}: {where}not JSON: {FirstSentence(e.Message)}", e);
        }
        return Read(node, source);
    }

    /// <summary>The recipe in a JSON node, which is left as it is.</summary>
    /// <param name="node">A map.</param>
    /// <param name="source">What an error begins with: the file's name.</param>
    /// <param name="lineOf">The line of a dotted key, where known.</param>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message.</exception>
    public static Recipe Read(JsonNode? node, string source = "recipe", Func<string, int?>? lineOf = null)
    {
        if (node is JsonObject given && given.ContainsKey("base"))
            node = OnBase(given, source, lineOf);
        RecipeValidator.Throw(RecipeValidator.Check(node), source, lineOf);
        return RecipeReader.Read(node!.AsObject());
    }

    /// <summary>The recipe as a JSON node of its own, every field in the schema's order.</summary>
    public static JsonObject ToNode(Recipe recipe) => new()
    {
        ["description"] = recipe.Description,
        ["space"] = RecipeText.Of(recipe.Space),
        ["colour_profile"] = RecipeText.Of(recipe.ColourProfile),
        ["pooling"] = RecipeText.Of(recipe.Pooling),
        ["content"] = ToNode(recipe.Content),
        ["content_form"] = RecipeText.Of(recipe.ContentForm),
        ["content_weight"] = recipe.ContentWeight,
        ["style"] = ToNode(recipe.Style),
        ["gram"] = RecipeText.Of(recipe.Gram),
        ["style_form"] = RecipeText.Of(recipe.StyleForm),
        ["style_weight"] = recipe.StyleWeight,
        ["tv_form"] = recipe.TvForm == TvForm.None ? null : RecipeText.Of(recipe.TvForm),
        ["tv_weight"] = recipe.TvWeight,
        ["optimizer"] = ToNode(recipe.Optimizer),
        ["schedule"] = recipe.Schedule is null ? null : new JsonObject
        {
            ["kind"] = RecipeText.Of(recipe.Schedule.Kind),
            ["every"] = recipe.Schedule.Every,
            ["gamma"] = recipe.Schedule.Gamma,
        },
        ["init"] = recipe.Init.ToString(),
        ["noise_ratio"] = recipe.NoiseRatio,
        ["noise_amplitude"] = recipe.NoiseAmplitude,
        ["scales"] = recipe.Scales is null ? null : new JsonArray([.. recipe.Scales.Select(ToNode)]),
        ["clamp_before_step"] = recipe.ClampBeforeStep,
        ["clamp_after_step"] = recipe.ClampAfterStep,
        ["clamp_at_end"] = recipe.ClampAtEnd,
        ["keep"] = RecipeText.Of(recipe.Keep),
        ["steps"] = recipe.Steps,
        ["size"] = recipe.Size is { } size ? ToNode(size) : null,
    };

    internal static string Canonical(Recipe recipe)
    {
        var node = ToNode(recipe);
        node.Remove("description");
        return Sorted(node)!.ToJsonString();
    }

    static JsonObject OnBase(JsonObject given, string source, Func<string, int?>? lineOf)
    {
        var name = RecipeNodes.Text(given["base"]);
        if (name is null || RecipePresets.Find(name) is not { } preset)
        {
            var near = name is null ? null : NearestMatch.Find(name, RecipePresets.Names);
            RecipeValidator.Throw(
                [new("base", $"found {RecipeNodes.Show(given["base"])}, expected one of {string.Join(", ", RecipePresets.Names)}"
                    + NearestMatch.Hint(near))], source, lineOf);
            throw new InvalidOperationException("a fault throws");
        }
        var merged = ToNode(preset.Recipe);
        var own = given.DeepClone().AsObject();
        own.Remove("base");
        RecipeKeys.Merge(merged, own);
        return merged;
    }

    static JsonObject ToNode(ValueList<TapWeight> taps) =>
        new(taps.Select(tap => KeyValuePair.Create(tap.Tap.Name, (JsonNode?)JsonValue.Create(tap.Weight))));

    static JsonObject ToNode(OptimizerSpec optimizer) => new()
    {
        ["kind"] = RecipeText.Of(optimizer.Kind),
        ["lr"] = optimizer.Lr,
        ["alpha"] = optimizer.Alpha,
        ["eps"] = optimizer.Eps,
        ["beta1"] = optimizer.Beta1,
        ["beta2"] = optimizer.Beta2,
        ["momentum"] = optimizer.Momentum,
        ["memory"] = optimizer.Memory,
        ["maxfun"] = optimizer.Maxfun,
        ["factr"] = optimizer.Factr,
        ["pgtol"] = optimizer.Pgtol,
        ["maxls"] = optimizer.Maxls,
    };

    static JsonObject ToNode(Scale scale) => new() { ["size"] = ToNode(scale.Size), ["steps"] = scale.Steps, ["lr"] = scale.Lr };

    static JsonValue ToNode(RecipeSize size) =>
        size is { IsForced: false, IsOriginal: false } ? JsonValue.Create(size.LongSide) : JsonValue.Create(size.ToString());

    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
