using System.Collections.Immutable;

namespace StyleFarm.Messages.Recipes;

/// <summary>The fields of a recipe: names, what each may be, and a line of help.</summary>
static class RecipeSchema
{
    public const string SizeForms = "a long side in pixels (512), WIDTHxHEIGHT (450x300) or original";
    public const string InitForms = "content, style, uniform, normal, noise-mix or a picture's path (file:PATH)";

    static readonly Rule AtLeast0 = ValueRule.Number("of at least 0", value => value >= 0);
    static readonly Rule Above0 = ValueRule.Number("above 0", value => value > 0);
    static readonly Rule Decay = ValueRule.Number("from 0 to below 1", value => value is >= 0 and < 1);
    static readonly Rule Count = ValueRule.Whole(1);
    static readonly Rule Flag = new ValueRule("true or false", node => RecipeNodes.Flag(node) is not null);

    static readonly MapRule Scale = new(
        new("size", new ValueRule("a long side in pixels (256) or WIDTHxHEIGHT (256x192)",
            node => RecipeNodes.Size(node) is { IsOriginal: false }), "long side in pixels, or WIDTHxHEIGHT", Required: true),
        new("steps", Count, "steps at this size", Required: true),
        new("lr", new ValueRule("a number above 0 or null", node => RecipeNodes.Number(node) is > 0 and < double.PositiveInfinity)
        { Nullable = true }, "learning rate at this size; null: optimizer.lr"));

    static readonly MapRule Optimizer = new(
        new("kind", ValueRule.Choice<OptimizerKind>(), "rmsprop, adam, adam-tf, lbfgs, sgd", Required: true),
        new("lr", Above0, "learning rate in the units of space; lbfgs has none"),
        new("alpha", Decay, "rmsprop: decay"),
        new("eps", AtLeast0, "rmsprop, adam, adam-tf"),
        new("beta1", Decay, "adam, adam-tf"),
        new("beta2", Decay, "adam, adam-tf"),
        new("momentum", Decay, "sgd"),
        new("memory", ValueRule.Whole(1, 100), "lbfgs: pairs kept"),
        new("maxfun", Count, "lbfgs: evaluations an outer iteration, tested after each inner one"),
        new("factr", AtLeast0, "lbfgs: relative fall of the loss to stop at, in machine epsilons"),
        new("pgtol", AtLeast0, "lbfgs: largest gradient component to stop at"),
        new("maxls", Count, "lbfgs: evaluations a line search"));

    static readonly MapRule Schedule = new(
        new("kind", ValueRule.Choice<ScheduleKind>(), "step: lr * gamma^(step // every)"),
        new("every", Count, "steps between two falls", Required: true),
        new("gamma", ValueRule.Number("above 0 to 1", value => value is > 0 and <= 1), "factor of a fall", Required: true))
    { Nullable = true };

    /// <summary>All fields, in the order in which a recipe is written.</summary>
    public static readonly MapRule Root = new(
        new("description", new ValueRule("text", node => RecipeNodes.Text(node) is not null) { Nullable = true }, "for people"),
        new("space", ValueRule.Choice<ColourSpace>(), "of the optimised image: rgb01, rgbnorm, bgr255, rgb255"),
        new("colour_profile", ValueRule.Choice<ColourProfile>(), "of the pictures: convert to sRGB, or ignore"),
        new("pooling", ValueRule.Choice<Pooling>(), "max, avg"),
        new("content", new TapsRule(), "taps and weights: convB_I before its ReLU, reluB_I after it", Required: true),
        new("content_form", ValueRule.Choice<ContentForm>(), "mse, sum, sum/4HWC, relative"),
        new("content_weight", AtLeast0, ""),
        new("style", new TapsRule(), "taps and weights", Required: true),
        new("gram", ValueRule.Choice<GramForm>(), "divisor of the Gram matrix: chw, hw, none"),
        new("style_form", ValueRule.Choice<StyleForm>(), "mse, sum/(4*9*image^2), sum/(4*C^2*HW^2), relative"),
        new("style_weight", AtLeast0, ""),
        new("tv_form", ValueRule.Choice<TvForm>(nullable: true), "none, half-mean-abs, sum-pow1.25, mean-sq"),
        new("tv_weight", AtLeast0, ""),
        new("optimizer", Optimizer, "", Required: true),
        new("schedule", Schedule, "none, or {kind: step, every: 200, gamma: 0.8}"),
        new("init", new ValueRule(InitForms, node => RecipeNodes.Text(node) is { } text && Init.TryParse(text) is not null, Init.Words),
            "content, style, uniform, normal, noise-mix, file:PATH"),
        new("noise_ratio", ValueRule.Number("from 0 to 1", value => value is >= 0 and <= 1), "noise-mix: share of the noise"),
        new("noise_amplitude", Above0, "noise-mix: noise is uniform in +- this, in the units of space"),
        new("scales", new ListRule(Scale, "none or a list of {size, steps, lr}") { Nullable = true },
            "none, or coarse to fine: a list of {size, steps, lr}"),
        new("clamp_before_step", Flag, "to the box of pixels 0 to 255"),
        new("clamp_after_step", Flag, ""),
        new("clamp_at_end", Flag, ""),
        new("keep", ValueRule.Choice<Keep>(), "last, best"),
        new("steps", Count, "for lbfgs: outer iterations; with scales, theirs count"),
        new("size", new ValueRule(SizeForms, node => RecipeNodes.Size(node) is not null) { Nullable = true },
            "long side in pixels, WIDTHxHEIGHT, original, or none: as the command says"));

    /// <summary>Every dotted key but those of single taps and scales.</summary>
    public static readonly ImmutableArray<string> Keys =
    [
        .. Root.Fields.SelectMany(field => field.Rule is MapRule map
            ? map.Fields.Select(part => $"{field.Name}.{part.Name}").Prepend(field.Name)
            : [field.Name]),
    ];
}
