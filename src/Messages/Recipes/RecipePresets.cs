using System.Collections.Immutable;

namespace StyleFarm.Messages.Recipes;

/// <summary>A recipe that comes with StyleFarm.</summary>
/// <param name="Name">What `--recipe` and `base` take.</param>
/// <param name="Source">Where it comes from, in a few words.</param>
/// <param name="Recipe">The recipe itself.</param>
public sealed record RecipePreset(string Name, string Source, Recipe Recipe);

/// <summary>
/// The recipes that come with StyleFarm: our own default, the paper's, and five tutorials' exactly as those compute, slips included.
/// </summary>
public static class RecipePresets
{
    /// <summary>The name of the preset that is used where none is given.</summary>
    public const string DefaultName = "stylefarm";

    static readonly OptimizerSpec OuterLbfgs = new() { Kind = OptimizerKind.Lbfgs, Lr = 1 };

    /// <summary>All presets; the default first.</summary>
    public static ImmutableArray<RecipePreset> All { get; } =
    [
        new(DefaultName, "StyleFarm's default", StyleFarm()),
        new("stylefarm-deep", "StyleFarm, for trained weights", StyleFarmDeep()),
        new("classic", "Gatys et al. 2016", Classic()),
        new("viblo-rmsprop", "Viblo tutorial, PyTorch", VibloRmsprop()),
        new("d2l", "Dive into Deep Learning", D2l()),
        new("keras-lbfgs", "Keras example", KerasLbfgs()),
        new("ng-course", "Andrew Ng's course", NgCourse()),
        new("tf-eager", "TensorFlow eager tutorial", TfEager()),
    ];

    /// <summary>The names of <see cref="All"/>.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(preset => preset.Name)];

    /// <summary>The default preset's recipe.</summary>
    public static Recipe Default => All[0].Recipe;

    /// <summary>The preset of this name, or null.</summary>
    public static RecipePreset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>The recipe of this name.</summary>
    /// <exception cref="StyleFarmException">There is none: BadUsage, with the nearest name and the list.</exception>
    public static Recipe Get(string name) => Find(name)?.Recipe ?? throw StyleFarmException.BadUsage(
        $"there is no recipe '{name}', expected one of {string.Join(", ", Names)}{NearestMatch.Hint(NearestMatch.Find(name, Names))}");

    static Recipe StyleFarm() => new()
    {
        Description = "StyleFarm's default, found by looking: losses relative to their targets, so that weights mean "
            + "the same for any image, size or network; coarse to fine.",
        Space = ColourSpace.RgbNorm,
        ColourProfile = ColourProfile.Convert,
        Pooling = Pooling.Avg,
        Content = [new("relu2_1", 1)],
        ContentForm = ContentForm.Relative,
        ContentWeight = 0.05,
        Style = [new("relu1_1", 1.0 / 3), new("relu2_1", 1.0 / 3), new("relu3_1", 1.0 / 3)],
        Gram = GramForm.Chw,
        StyleForm = StyleForm.Relative,
        StyleWeight = 1,
        TvForm = TvForm.MeanSq,
        TvWeight = 0.015,
        Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.05 },
        Scales = [new(RecipeSize.Of(96), 120, 0.05), new(RecipeSize.Of(192), 80, 0.04), new(RecipeSize.Of(384), 60, 0.02)],
        ClampAfterStep = true,
        Steps = 260,
        Size = RecipeSize.Of(384),
    };

    static Recipe StyleFarmDeep() => StyleFarm() with
    {
        Description = "StyleFarm's default with deeper taps, which only trained weights make worth their time: content relu4_2, style relu1_1 "
            + "to relu5_1.",
        Content = [new("relu4_2", 1)],
        Style = FirstRelus(0.2),
        ContentWeight = 0.1,
        TvWeight = 0.005,
    };

    static Recipe Classic() => new()
    {
        Description = "Gatys, Ecker and Bethge 2016, as published (equations 1 to 7): half the sum of squares at relu4_2, Gram matrices "
            + "without divisor under 1/(4 C^2 (HW)^2), alpha/beta 1e-3, average pooling, L-BFGS from noise; Caffe's BGR input, so "
            + "meant for weights in Caffe's channel order. 25 outer iterations of 20 evaluations stand for its 500.",
        Space = ColourSpace.Bgr255,
        ColourProfile = ColourProfile.Convert,
        Pooling = Pooling.Avg,
        Content = [new("relu4_2", 1)],
        ContentForm = ContentForm.Sum,
        ContentWeight = 0.5,
        Style = FirstRelus(0.2),
        Gram = GramForm.None,
        StyleForm = StyleForm.SumOverTap,
        StyleWeight = 1000,
        Optimizer = OuterLbfgs,
        Init = Init.Uniform,
        ClampAfterStep = false,
        ClampAtEnd = true,
        Steps = 25,
        Size = RecipeSize.Of(512),
    };

    static Recipe VibloRmsprop() => new()
    {
        Description = "The Viblo tutorial in PyTorch: RMSprop on the image in 0 to 1, five early taps before their ReLUs, clamped before "
            + "each step.",
        Space = ColourSpace.Rgb01,
        Pooling = Pooling.Max,
        Content = [new("conv2_2", 1)],
        ContentForm = ContentForm.Mse,
        ContentWeight = 1,
        Style = [new("conv1_1", 1), new("conv1_2", 1), new("conv2_1", 1), new("conv2_2", 1), new("conv3_1", 1)],
        Gram = GramForm.Chw,
        StyleForm = StyleForm.Mse,
        StyleWeight = 1e6,
        Optimizer = new() { Kind = OptimizerKind.Rmsprop, Lr = 0.01, Alpha = 0.99, Eps = 1e-8 },
        ClampBeforeStep = true,
        ClampAfterStep = false,
        ClampAtEnd = true,
        Steps = 700,
        Size = RecipeSize.Of(512, 512),
    };

    static Recipe D2l() => new()
    {
        Description = "Dive into Deep Learning, chapter 14.12: Adam with a falling rate on the normalised image. Its style weight is 1e4 "
            + "because `10 * list` repeats a list; its last tap is before the ReLU because the others' ReLUs work in place.",
        Space = ColourSpace.RgbNorm,
        Pooling = Pooling.Max,
        Content = [new("relu4_4", 1)],
        ContentForm = ContentForm.Mse,
        ContentWeight = 1,
        Style = [new("relu1_1", 1), new("relu2_1", 1), new("relu3_1", 1), new("relu4_1", 1), new("conv5_1", 1)],
        Gram = GramForm.Chw,
        StyleForm = StyleForm.Mse,
        StyleWeight = 1e4,
        TvForm = TvForm.HalfMeanAbs,
        TvWeight = 10,
        Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.1, Beta1 = 0.9, Beta2 = 0.999, Eps = 1e-8 },
        Schedule = new() { Every = 200, Gamma = 0.8 },
        ClampAfterStep = false,
        Steps = 500,
        Size = RecipeSize.Of(450, 300),
    };

    static Recipe KerasLbfgs() => new()
    {
        Description = "The Keras example with SciPy's L-BFGS: ten outer iterations of about 20 evaluations; the style loss of every tap "
            + "is divided by the image's area.",
        Space = ColourSpace.Bgr255,
        Pooling = Pooling.Max,
        Content = [new("relu5_2", 1)],
        ContentForm = ContentForm.Sum,
        ContentWeight = 0.025,
        Style = FirstRelus(0.2),
        Gram = GramForm.None,
        StyleForm = StyleForm.SumOverImage,
        StyleWeight = 1,
        TvForm = TvForm.SumPow125,
        TvWeight = 1,
        Optimizer = OuterLbfgs,
        ClampAfterStep = false,
        Steps = 10,
        Size = RecipeSize.Of(224, 224),
    };

    static Recipe NgCourse() => new()
    {
        Description = "Andrew Ng's Convolutional Neural Networks course: the paper's formulas with alpha 10 and beta 40, average pooling, "
            + "Adam on a mix of noise and content. Its pictures are 400 wide and 300 high: here long side 400, aspect kept.",
        Space = ColourSpace.Rgb255,
        Pooling = Pooling.Avg,
        Content = [new("relu4_2", 1)],
        ContentForm = ContentForm.SumOver4Hwc,
        ContentWeight = 10,
        Style = FirstRelus(0.2),
        Gram = GramForm.None,
        StyleForm = StyleForm.SumOverTap,
        StyleWeight = 40,
        Optimizer = new() { Kind = OptimizerKind.AdamTf, Lr = 2, Beta1 = 0.9, Beta2 = 0.999, Eps = 1e-8 },
        Init = Init.NoiseMix,
        NoiseRatio = 0.6,
        NoiseAmplitude = 20,
        ClampAfterStep = false,
        Steps = 200,
        Size = RecipeSize.Of(400),
    };

    static Recipe TfEager() => new()
    {
        Description = "The TensorFlow tutorial with eager execution: Adam with large steps and a large epsilon, clamped after each step; "
            + "the best image is kept.",
        Space = ColourSpace.Bgr255,
        Pooling = Pooling.Max,
        Content = [new("relu5_2", 1)],
        ContentForm = ContentForm.Mse,
        ContentWeight = 1e3,
        Style = FirstRelus(0.2),
        Gram = GramForm.Hw,
        StyleForm = StyleForm.Mse,
        StyleWeight = 1e-2,
        Optimizer = new() { Kind = OptimizerKind.AdamTf, Lr = 5, Beta1 = 0.99, Beta2 = 0.999, Eps = 0.1 },
        ClampAfterStep = true,
        Keep = Keep.Best,
        Steps = 1000,
        Size = RecipeSize.Of(512),
    };

    static ValueList<TapWeight> FirstRelus(double weight) =>
        [new("relu1_1", weight), new("relu2_1", weight), new("relu3_1", weight), new("relu4_1", weight), new("relu5_1", weight)];
}
