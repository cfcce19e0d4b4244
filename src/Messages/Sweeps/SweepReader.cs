using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Reads a sweep's JSON form, which is also what its YAML becomes.</summary>
public sealed class SweepReader
{
    readonly SweepFaults _faults = new();
    readonly JsonObject _root;

    SweepReader(JsonObject root) => _root = root;

    /// <summary>The sweep in a node, which is left as it is.</summary>
    /// <param name="root">A map.</param>
    /// <param name="source">What an error begins with: the file's name. A sweep without a name is called after it.</param>
    /// <param name="lineOf">The line of a dotted key, where known.</param>
    /// <param name="loadRecipe">
    /// The recipe of a name or path; throws <see cref="StyleFarmException"/>. Null: only the presets' names are known.
    /// </param>
    /// <exception cref="StyleFarmException">BadUsage, all faults in one message.</exception>
    public static SweepSpec Read(
        JsonNode? root, string source = "sweep", Func<string, int?>? lineOf = null, Func<string, Recipe>? loadRecipe = null)
    {
        if (root is not JsonObject map)
        {
            var found = $"found {RecipeNodes.Show(root)}, expected a map of {string.Join(", ", SweepSchema.Fields)}";
            RecipeValidator.Throw([new("sweep", found)], source);
            throw new InvalidOperationException("a fault throws");
        }
        var reader = new SweepReader(map);
        var spec = reader.Spec(source, loadRecipe);
        RecipeValidator.Throw(reader._faults.All, source, lineOf);
        return spec;
    }

    SweepSpec Spec(string source, Func<string, Recipe>? loadRecipe)
    {
        CheckKeys();
        var (recipeName, recipe) = new SweepRecipeReader(_faults).Read(_root["recipe"], loadRecipe);
        var axes = new AxisReader(_faults);
        var drafts = axes.Read(_root["parameters"]);
        var steps = Given("steps", SweepSchema.Steps) ? (int?)RecipeNodes.Number(_root["steps"]) : null;
        var size = Size("size");
        CheckTwice(drafts);
        var draft = new SweepSpec
        {
            Name = Given("name", SweepSchema.Name) ? RecipeNodes.Text(_root["name"])! : NameOf(source),
            Contents = StyleReader.Contents(_root, _faults),
            Styles = StyleReader.Styles(_root, _faults),
            RecipeName = recipeName,
            Recipe = recipe ?? RecipePresets.Default,
            Seeds = SweepSearchReader.Seeds(_root["seeds"], _faults),
            Search = SweepSearchReader.Search(_root["search"], _faults),
            Stop = SweepSearchReader.Stop(_root["stop"], _faults),
            Size = size,
            StyleSize = Size("style_size"),
            Steps = steps,
            Promote = Promotion(size),
        };
        Given("score", SweepSchema.Score);
        if (SweepSize.Check(draft, drafts, _faults))
            axes.Fill(drafts, recipe is null ? null : draft.Base);
        var spec = draft with { Parameters = drafts.Select(Axis).ToValueList() };
        if (recipe is not null)
            CheckRungs(spec);
        return spec;
    }

    void CheckKeys()
    {
        foreach (var (key, _) in _root)
        {
            if (SweepSchema.Fields.Contains(key))
                continue;
            var near = NearestMatch.Find(key, SweepSchema.Fields)
                ?? (RecipeSchema.Keys.Contains(key) ? $"parameters.{key}" : NearestMatch.FindKey(key, SweepSchema.Keys));
            _faults.Add(key, "unknown field" + (near is null
                ? $", expected one of {string.Join(", ", SweepSchema.Fields)}"
                : NearestMatch.Hint(near)));
        }
    }

    void CheckTwice(List<AxisDraft> axes)
    {
        foreach (var field in new[] { "steps", "size" })
            if (!RecipeNodes.IsNull(_root[field]) && axes.Any(axis => axis.Key == field))
                _faults.Add($"parameters.{field}", $"is an axis while '{field}' is set for the whole sweep, expected one of the two");
    }

    /// <summary>A rung that no cell reaches compares nothing.</summary>
    void CheckRungs(SweepSpec spec)
    {
        var total = RecipeSteps.Total(spec.Base);
        if (spec.Stop is { } stop && stop.First >= total && spec.Parameters.All(axis => axis.Group != SweepAxis.StepsGroup))
            _faults.Add("stop.asha.first", FormattableString.Invariant($"found {stop.First}, expected fewer than a cell's {total} steps"));
    }

    SweepPromotion? Promotion(RecipeSize? size)
    {
        if (!Given("promote", SweepSchema.Promote))
            return null;
        var to = RecipeNodes.Size(_root["promote"]!["size"])!.Value;
        if (size is { IsOriginal: false } from && !to.IsOriginal && to.LongSide <= from.LongSide)
            _faults.Add("promote.size", $"found {to}, expected a size above the sweep's {from}");
        return new((int)RecipeNodes.Number(_root["promote"]!["cells"])!.Value, to);
    }

    RecipeSize? Size(string key) => Given(key, SweepSchema.Size) ? RecipeNodes.Size(_root[key]) : null;

    /// <summary>True when a field is there and good.</summary>
    bool Given(string key, Rule rule) => !RecipeNodes.IsNull(_root[key]) && _faults.Pass(rule, key, _root[key]);

    static SweepAxis Axis(AxisDraft draft) => new(draft.Key, draft.Values.ToValueList(), draft.Range, draft.IsWhole);

    static string NameOf(string source) =>
        Path.GetFileNameWithoutExtension(RecipeValidator.OneLine(source)) is { Length: > 0 } name ? name : "sweep";
}
