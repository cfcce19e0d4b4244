using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>Turns a valid JSON form into a recipe; what is missing takes its default.</summary>
static class RecipeReader
{
    public static Recipe Read(JsonObject node)
    {
        var space = Choice(node["space"], ColourSpace.RgbNorm);
        var defaults = new Recipe { Content = [], Style = [], Optimizer = new() { Kind = OptimizerKind.Adam } };
        return defaults with
        {
            Description = RecipeNodes.Text(node["description"]),
            Space = space,
            ColourProfile = Choice(node["colour_profile"], defaults.ColourProfile),
            Pooling = Choice(node["pooling"], defaults.Pooling),
            Content = Taps(node["content"]!),
            ContentForm = Choice(node["content_form"], defaults.ContentForm),
            ContentWeight = Number(node["content_weight"], defaults.ContentWeight),
            Style = Taps(node["style"]!),
            Gram = Choice(node["gram"], defaults.Gram),
            StyleForm = Choice(node["style_form"], defaults.StyleForm),
            StyleWeight = Number(node["style_weight"], defaults.StyleWeight),
            TvForm = Choice(node["tv_form"], defaults.TvForm),
            TvWeight = Number(node["tv_weight"], defaults.TvWeight),
            Optimizer = Optimizer(node["optimizer"]!, space),
            Schedule = Schedule(node["schedule"]),
            Init = RecipeNodes.Text(node["init"]) is { } init ? Init.Parse(init) : defaults.Init,
            NoiseRatio = Number(node["noise_ratio"], defaults.NoiseRatio),
            NoiseAmplitude = Number(node["noise_amplitude"], defaults.NoiseAmplitude),
            Scales = (node["scales"] as JsonArray)?.Select(scale => Scale(scale!)).ToValueList(),
            ClampBeforeStep = Flag(node["clamp_before_step"], defaults.ClampBeforeStep),
            ClampAfterStep = Flag(node["clamp_after_step"], defaults.ClampAfterStep),
            ClampAtEnd = Flag(node["clamp_at_end"], defaults.ClampAtEnd),
            Keep = Choice(node["keep"], defaults.Keep),
            Steps = Whole(node["steps"], defaults.Steps),
            Size = RecipeNodes.IsNull(node["size"]) ? null : RecipeNodes.Size(node["size"]),
        };
    }

    static OptimizerSpec Optimizer(JsonNode node, ColourSpace space)
    {
        var defaults = new OptimizerSpec { Kind = Choice(node["kind"], OptimizerKind.Adam) };
        return defaults with
        {
            Lr = Number(node["lr"], DefaultLr(defaults.Kind, space)),
            Alpha = Number(node["alpha"], defaults.Alpha),
            Eps = Number(node["eps"], defaults.Eps),
            Beta1 = Number(node["beta1"], defaults.Beta1),
            Beta2 = Number(node["beta2"], defaults.Beta2),
            Momentum = Number(node["momentum"], defaults.Momentum),
            Memory = Whole(node["memory"], defaults.Memory),
            Maxfun = Whole(node["maxfun"], defaults.Maxfun),
            Factr = Number(node["factr"], defaults.Factr),
            Pgtol = Number(node["pgtol"], defaults.Pgtol),
            Maxls = Whole(node["maxls"], defaults.Maxls),
        };
    }

    /// <summary>About the same step in pixels (5 of 255) in every space; `lbfgs`, which has no use for it, gets 1.</summary>
    static double DefaultLr(OptimizerKind kind, ColourSpace space) => (kind, space) switch
    {
        (OptimizerKind.Lbfgs, _) => 1,
        (_, ColourSpace.Rgb01) => 0.02,
        (_, ColourSpace.RgbNorm) => 0.08,
        _ => 5,
    };

    static ScheduleSpec? Schedule(JsonNode? node) => node is not JsonObject ? null : new()
    {
        Kind = Choice(node["kind"], ScheduleKind.Step),
        Every = Whole(node["every"], 0),
        Gamma = Number(node["gamma"], 0),
    };

    static Scale Scale(JsonNode node) =>
        new(RecipeNodes.Size(node["size"])!.Value, Whole(node["steps"], 0), RecipeNodes.Number(node["lr"]));

    static ValueList<TapWeight> Taps(JsonNode node) => node.AsObject()
        .Select(tap => new TapWeight(tap.Key, Number(tap.Value, 0)))
        .Where(tap => tap.Weight > 0)
        .ToValueList();

    static T Choice<T>(JsonNode? node, T missing)
        where T : struct, Enum => RecipeNodes.Text(node) is { } text && RecipeText.TryParse<T>(text, out var value) ? value : missing;

    static double Number(JsonNode? node, double missing) => RecipeNodes.Number(node) ?? missing;

    static int Whole(JsonNode? node, int missing) => RecipeNodes.Number(node) is { } number ? (int)number : missing;

    static bool Flag(JsonNode? node, bool missing) => RecipeNodes.Flag(node) ?? missing;
}
