using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Scoring;
using StyleFarm.Torch;

namespace StyleFarm.StyleTransfer.Results;

/// <summary>What result.json says: all that is needed to make the picture again, and what it came to.</summary>
public static class Provenance
{
    /// <summary>Tells a result.json of ours from others.</summary>
    public const string Schema = "stylefarm-result/1";

    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>StyleFarm's own version.</summary>
    public static string Version { get; } =
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The versions that the result may depend on.</summary>
    public static JsonObject Versions() => new()
    {
        ["stylefarm"] = Version,
        ["libtorch"] = torch.__version__,
        ["packed_weights"] = torch.backends.packs_frozen_weights,
        ["libvips"] = VipsLibrary.Version,
        ["dotnet"] = Environment.Version.ToString(),
        ["os"] = RuntimeInformation.OSDescription,
    };

    /// <summary>What a checkpoint's metadata say besides where it stands.</summary>
    public static Dictionary<string, string> OfCheckpoint(CellId cell, Recipe recipe) => new()
    {
        ["cell"] = cell.ToString(),
        ["recipe_hash"] = recipe.Hash(),
        ["stylefarm"] = Version,
        ["libtorch"] = torch.__version__,
    };

    /// <summary>The final losses, weighted as they enter the total.</summary>
    public static JsonObject Losses(LossReport report) => new()
    {
        ["content"] = Number(report.Content),
        ["style"] = Number(report.Style),
        ["tv"] = Number(report.Tv),
        ["total"] = Number(report.Total),
        ["taps"] = new JsonObject(report.Taps.Select(tap => KeyValuePair.Create(tap.Key, (JsonNode?)Number(tap.Value)))),
    };

    /// <summary>The whole of result.json.</summary>
    public static JsonObject Of(ResultFacts facts)
    {
        var result = new JsonObject
        {
            ["schema"] = Schema,
            ["cell"] = facts.Cell,
            ["content"] = File(facts.Content),
            ["styles"] = new JsonArray([.. facts.Styles.Select(style =>
            {
                var file = File(style.Input);
                file["share"] = style.Share;
                return file;
            })]),
            ["init"] = facts.Initial is { } initial ? File(initial) : null,
            ["recipe_name"] = facts.RecipeName,
            ["recipe"] = RecipeJson.ToNode(facts.Recipe),
            ["recipe_hash"] = facts.Recipe.Hash(),
            ["options"] = new JsonObject { ["size"] = facts.Size?.ToString(), ["style_size"] = facts.StyleSize?.ToString() },
            ["size"] = facts.Plan.Size.ToString(),
            ["passes"] = Passes(facts),
            ["seed"] = facts.Seed,
            ["weights"] = Weights(facts),
            ["precision"] = facts.Precision,
            ["device"] = facts.Device,
            ["threads"] = facts.Threads,
            ["versions"] = Versions(),
            ["steps"] = facts.Final.Step,
            ["losses"] = Losses(facts.Final),
            ["memory"] = new JsonObject { ["forecast_bytes"] = facts.ForecastBytes, ["peak_bytes"] = facts.Run.PeakBytes },
            ["timings"] = Timings(facts.Run),
        };
        if (facts.Score is { } score) result["score"] = Of(new BalancedScore(score.Content, score.Style));
        if (facts.Farm is { } farm) AddFarm(result, farm);
        return result;
    }

    /// <summary>The <c>score</c> of a result.</summary>
    public static JsonObject Of(BalancedScore score) => new()
    {
        ["content"] = Number(score.Content),
        ["style"] = Number(score.Style),
        ["balanced"] = Number(score.Balanced),
    };

    /// <summary>Readable JSON with a closing line feed.</summary>
    public static string Text(JsonObject provenance) => provenance.ToJsonString(Indented) + "\n";

    static JsonObject File(InputFileInfo file) => new() { ["file"] = file.Path, ["sha256"] = file.Hash, ["size"] = file.Size.ToString() };

    static JsonArray Passes(ResultFacts facts) => new([.. facts.Plan.Passes.Select(pass => new JsonObject
    {
        ["size"] = pass.Size.ToString(),
        ["style_sizes"] = new JsonArray([.. pass.StyleSizes.Select(size => (JsonNode)size.ToString())]),
        ["steps"] = pass.Steps,
        ["lr"] = pass.Lr,
    })]);

    static JsonObject Weights(ResultFacts facts) => new()
    {
        ["source"] = facts.WeightsSource,
        ["identity"] = facts.WeightsIdentity,
        ["seeded"] = facts.WeightsSource.StartsWith("seeded:", StringComparison.Ordinal),
    };

    static JsonObject Timings(EngineRun run) => new()
    {
        ["started"] = run.Started.ToString("O"),
        ["resumed_at_step"] = run.ResumedAt,
        ["setup_seconds"] = run.SetupSeconds,
        ["render_seconds"] = run.RenderSeconds,
    };

    static void AddFarm(JsonObject result, FarmFacts farm)
    {
        result["job"] = farm.Job.ToString();
        result["node"] = farm.Node.ToString();
        result["attempt"] = farm.Attempt;
        result["shard_size"] = farm.ShardSize;
        result["batch_size"] = farm.BatchSize;
    }

    static JsonNode Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
