using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// Every hyper-parameter of one optimisation. Immutable, with value equality. The initial values are the defaults of a recipe file
/// that has no `base`; in JSON and YAML the names are these in snake_case. Code that builds one by hand can have it checked by
/// <see cref="RecipeValidator.Check(Recipe)"/>.
/// </summary>
public sealed record Recipe
{
    /// <summary>For people: what it is and where it comes from. Takes no part in <see cref="Hash"/>.</summary>
    public string? Description { get; init; }

    /// <summary>The space in which the optimised image lives.</summary>
    public ColourSpace Space { get; init; } = ColourSpace.RgbNorm;

    /// <summary>What becomes of colour profiles. A recipe file that says nothing has them ignored, as the published tutorials do.</summary>
    public ColourProfile ColourProfile { get; init; } = ColourProfile.Ignore;

    /// <summary>The network's pooling.</summary>
    public Pooling Pooling { get; init; } = Pooling.Avg;

    /// <summary>The content taps in the order written, at least one; weights above 0.</summary>
    public required ValueList<TapWeight> Content { get; init; }

    /// <summary>The form of the content loss.</summary>
    public ContentForm ContentForm { get; init; } = ContentForm.Relative;

    /// <summary>At least 0; multiplies the weighted sum over the content taps.</summary>
    public double ContentWeight { get; init; } = 1;

    /// <summary>The style taps in the order written, at least one; weights above 0.</summary>
    public required ValueList<TapWeight> Style { get; init; }

    /// <summary>The Gram matrix's divisor.</summary>
    public GramForm Gram { get; init; } = GramForm.Chw;

    /// <summary>The form of the style loss.</summary>
    public StyleForm StyleForm { get; init; } = StyleForm.Relative;

    /// <summary>At least 0; multiplies the weighted sum over the style taps.</summary>
    public double StyleWeight { get; init; } = 1;

    /// <summary>The form of the total variation loss.</summary>
    public TvForm TvForm { get; init; } = TvForm.None;

    /// <summary>At least 0; without effect when <see cref="TvForm"/> is None.</summary>
    public double TvWeight { get; init; }

    /// <summary>The step rule.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>How the learning rate falls; null: not at all.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>What the optimisation starts from.</summary>
    public Init Init { get; init; } = Init.Content;

    /// <summary>The noise's share in `noise-mix`, 0 to 1.</summary>
    public double NoiseRatio { get; init; } = 0.6;

    /// <summary>The noise of `noise-mix` is uniform in ± this, above 0, in the units of <see cref="Space"/>.</summary>
    public double NoiseAmplitude { get; init; } = 20;

    /// <summary>Coarse to fine: the sizes to work at, ascending by long side, at least one; null: one pass at the picture's size.</summary>
    public ValueList<Scale>? Scales { get; init; }

    /// <summary>Clamp the image to the box of pixels 0…255 before each step.</summary>
    public bool ClampBeforeStep { get; init; }

    /// <summary>Clamp the image to the box of pixels 0…255 after each step.</summary>
    public bool ClampAfterStep { get; init; } = true;

    /// <summary>Clamp the image to the box of pixels 0…255 after the last step.</summary>
    public bool ClampAtEnd { get; init; }

    /// <summary>Which image is the result.</summary>
    public Keep Keep { get; init; } = Keep.Last;

    /// <summary>At least 1; for `lbfgs` outer iterations. With <see cref="Scales"/>, each scale's own steps count instead.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>The size to work at; null: whatever the command says.</summary>
    public RecipeSize? Size { get; init; }

    /// <summary>
    /// One line of JSON with sorted keys, every field, shortest round-trip numbers, no description: equal for recipes that mean the
    /// same, whatever the order of their taps.
    /// </summary>
    public string CanonicalJson() => RecipeJson.Canonical(this);

    /// <summary>SHA-256 of <see cref="CanonicalJson"/> in UTF-8, 64 lower-case hex digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson())));

    /// <summary>The value at a dotted key: `optimizer.lr`, `style.relu1_1` (0 when not in use), `scales.0.steps`.</summary>
    /// <exception cref="StyleFarmException">There is no such field: BadUsage, with the nearest one.</exception>
    public JsonNode? Get(string key) => RecipeKeys.Get(this, key);

    /// <summary>
    /// This recipe with another value at a dotted key. `style` and `content` are replaced whole; `optimizer` and `schedule` take over
    /// the given members and keep the others; a tap of weight 0 goes; null clears `schedule`, `scales`, `tv_form` and `size`.
    /// </summary>
    /// <exception cref="StyleFarmException">BadUsage: no such field, or a value that it does not take; names all faults.</exception>
    public Recipe With(string key, JsonNode? value) => With([new(key, value)]);

    /// <summary>As <see cref="With(string, JsonNode?)"/> for several keys, checked only after the last.</summary>
    public Recipe With(IEnumerable<KeyValuePair<string, JsonNode?>> values) => RecipeKeys.With(this, values);
}

/// <summary>A step rule and all its parameters; those that its kind does not use are without effect.</summary>
public sealed record OptimizerSpec
{
    /// <summary>The rule.</summary>
    public required OptimizerKind Kind { get; init; }

    /// <summary>The learning rate, above 0, in the units of the recipe's space. `lbfgs` has none.</summary>
    public double Lr { get; init; } = 0.08;

    /// <summary>RMSprop's decay, 0 to below 1.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>The term that keeps RMSprop's and Adam's divisor from 0, at least 0.</summary>
    public double Eps { get; init; } = 1e-8;

    /// <summary>Adam's first decay, 0 to below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's second decay, 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>SGD's momentum, 0 to below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>L-BFGS: pairs kept, 1 to 100.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>L-BFGS: evaluations after which an outer iteration ends, tested after each inner iteration; at least 1.</summary>
    public int Maxfun { get; init; } = 20;

    /// <summary>L-BFGS: ends when the loss falls by less than this times the machine epsilon, relatively; at least 0.</summary>
    public double Factr { get; init; } = 1e7;

    /// <summary>L-BFGS: ends when no gradient component is larger; at least 0.</summary>
    public double Pgtol { get; init; } = 1e-5;

    /// <summary>L-BFGS: line search evaluations an iteration, at least 1.</summary>
    public int Maxls { get; init; } = 20;
}

/// <summary>How the learning rate falls.</summary>
public sealed record ScheduleSpec
{
    /// <summary>The rule.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Step;

    /// <summary>The steps between two falls, at least 1.</summary>
    public required int Every { get; init; }

    /// <summary>What the learning rate is multiplied by, above 0 to 1.</summary>
    public required double Gamma { get; init; }
}

/// <summary>One stage of a coarse-to-fine optimisation.</summary>
/// <param name="Size">Long side or width × height in pixels.</param>
/// <param name="Steps">At least 1.</param>
/// <param name="Lr">Above 0; null: the optimiser's.</param>
public readonly record struct Scale(RecipeSize Size, int Steps, double? Lr);
