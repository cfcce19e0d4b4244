using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.Torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>What result.json says: all that is needed to make the picture again, and what it came to.</summary>
static class Provenance
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
    public static JsonObject Of(StylizeJob job, LossReport final, EngineRun run) => new()
    {
        ["schema"] = Schema,
        ["cell"] = job.Id.ToString(),
        ["content"] = File(job.Content),
        ["styles"] = new JsonArray([.. job.Styles.Select(style =>
        {
            var file = File(style.Input);
            file["share"] = style.Share;
            return file;
        })]),
        ["init"] = job.Initial is { } initial ? File(initial) : null,
        ["recipe_name"] = job.Request.RecipeName,
        ["recipe"] = RecipeJson.ToNode(job.Recipe),
        ["recipe_hash"] = job.Recipe.Hash(),
        ["options"] = new JsonObject { ["size"] = job.Request.Size?.ToString(), ["style_size"] = job.Request.StyleSize?.ToString() },
        ["size"] = job.Plan.Size.ToString(),
        ["passes"] = new JsonArray([.. job.Plan.Passes.Select(pass => new JsonObject
        {
            ["size"] = pass.Size.ToString(),
            ["style_sizes"] = new JsonArray([.. pass.StyleSizes.Select(size => (JsonNode)size.ToString())]),
            ["steps"] = pass.Steps,
            ["lr"] = pass.Lr,
        })]),
        ["seed"] = job.Request.Seed,
        ["weights"] = new JsonObject
        {
            ["source"] = job.Weights.Source,
            ["identity"] = job.Weights.Identity,
            ["seeded"] = job.Weights.Source.StartsWith("seeded:", StringComparison.Ordinal),
        },
        ["precision"] = job.Request.Precision,
        ["device"] = job.Engine.Device.ToString(),
        ["threads"] = torch.get_num_threads(),
        ["versions"] = Versions(),
        ["steps"] = final.Step,
        ["losses"] = Losses(final),
        ["memory"] = new JsonObject { ["forecast_bytes"] = job.Forecast.TotalBytes, ["peak_bytes"] = run.PeakBytes },
        ["timings"] = new JsonObject
        {
            ["started"] = run.Started.ToString("O"),
            ["resumed_at_step"] = run.ResumedAt,
            ["setup_seconds"] = run.SetupSeconds,
            ["render_seconds"] = run.RenderSeconds,
        },
    };

    /// <summary>Readable JSON with a closing line feed.</summary>
    public static string Text(JsonObject provenance) => provenance.ToJsonString(Indented) + "\n";

    static JsonObject File(InputFileInfo file) => new() { ["file"] = file.Path, ["sha256"] = file.Hash, ["size"] = file.Size.ToString() };

    static JsonNode Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What one process did for a picture.</summary>
/// <param name="Started">When it began.</param>
/// <param name="ResumedAt">The first step that it took.</param>
/// <param name="SetupSeconds">Until the first step.</param>
/// <param name="RenderSeconds">For its steps.</param>
/// <param name="PeakBytes">The most that tensors held at once.</param>
sealed record EngineRun(DateTimeOffset Started, int ResumedAt, double SetupSeconds, double RenderSeconds, long PeakBytes);
