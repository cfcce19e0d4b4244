using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Recipes;

/// <summary>The space in which the optimised image lives; p is a pixel's RGB bytes, 0 to 255.</summary>
public enum ColourSpace
{
    /// <summary>p/255; the network sees (x − mean)/std inside the graph.</summary>
    [JsonStringEnumMemberName("rgb01")]
    Rgb01,

    /// <summary>(p/255 − mean)/std with mean .485 .456 .406 and std .229 .224 .225.</summary>
    [JsonStringEnumMemberName("rgbnorm")]
    RgbNorm,

    /// <summary>p − (123.68, 116.779, 103.939), channels flipped to BGR and fed to the network so.</summary>
    [JsonStringEnumMemberName("bgr255")]
    Bgr255,

    /// <summary>p − (123.68, 116.779, 103.939), RGB.</summary>
    [JsonStringEnumMemberName("rgb255")]
    Rgb255,
}

/// <summary>What becomes of a colour profile that a picture carries.</summary>
public enum ColourProfile
{
    /// <summary>Its colours are converted to sRGB, so that they look as they should.</summary>
    [JsonStringEnumMemberName("convert")]
    Convert,

    /// <summary>The bytes are taken as they are, as the tutorials' image readers do. CMYK is converted all the same.</summary>
    [JsonStringEnumMemberName("ignore")]
    Ignore,
}

/// <summary>How the network halves its maps: 2×2, stride 2.</summary>
public enum Pooling
{
    /// <summary>The largest of four, as the network was trained.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>The mean of four, which Gatys et al. 2016 found to look better.</summary>
    [JsonStringEnumMemberName("avg")]
    Avg,
}

/// <summary>How a content tap's difference d from its target becomes one number.</summary>
public enum ContentForm
{
    /// <summary>Σd²/n over the tap's n activations.</summary>
    [JsonStringEnumMemberName("mse")]
    Mse,

    /// <summary>Σd².</summary>
    [JsonStringEnumMemberName("sum")]
    Sum,

    /// <summary>Σd²/(4·H·W·C) of the tap.</summary>
    [JsonStringEnumMemberName("sum/4HWC")]
    SumOver4Hwc,

    /// <summary>Σd²/Σtarget²: means the same for any image, size or network.</summary>
    [JsonStringEnumMemberName("relative")]
    Relative,
}

/// <summary>What the Gram matrix FFᵀ is divided by; F is the tap as C × (H·W).</summary>
public enum GramForm
{
    /// <summary>C·H·W.</summary>
    [JsonStringEnumMemberName("chw")]
    Chw,

    /// <summary>H·W.</summary>
    [JsonStringEnumMemberName("hw")]
    Hw,

    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}

/// <summary>How a style tap's Gram difference Δ becomes one number. C, H, W are the optimised image's.</summary>
public enum StyleForm
{
    /// <summary>The mean of Δ² over C².</summary>
    [JsonStringEnumMemberName("mse")]
    Mse,

    /// <summary>ΣΔ²/(4·3²·(H₀W₀)²) with the image's own H₀, W₀ at every tap.</summary>
    [JsonStringEnumMemberName("sum/(4*9*image^2)")]
    SumOverImage,

    /// <summary>ΣΔ²/(4·C²·(HW)²) with the tap's C, H, W: Gatys et al. 2016, equation 4.</summary>
    [JsonStringEnumMemberName("sum/(4*C^2*HW^2)")]
    SumOverTap,

    /// <summary>ΣΔ²/Σtarget²: means the same for any image, size or network.</summary>
    [JsonStringEnumMemberName("relative")]
    Relative,
}

/// <summary>The total variation of the image in its own space, from its differences ∂y and ∂x.</summary>
public enum TvForm
{
    /// <summary>No such loss; null in JSON.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>½(mean|∂y| + mean|∂x|).</summary>
    [JsonStringEnumMemberName("half-mean-abs")]
    HalfMeanAbs,

    /// <summary>Σ(∂y² + ∂x²)^1.25 over [0..H−2]×[0..W−2].</summary>
    [JsonStringEnumMemberName("sum-pow1.25")]
    SumPow125,

    /// <summary>mean ∂y² + mean ∂x².</summary>
    [JsonStringEnumMemberName("mean-sq")]
    MeanSq,
}

/// <summary>The rule that turns the gradient g into a step.</summary>
public enum OptimizerKind
{
    /// <summary>v ← αv + (1−α)g², x ← x − lr·g/(√v + ε).</summary>
    [JsonStringEnumMemberName("rmsprop")]
    Rmsprop,

    /// <summary>x ← x − (lr/(1−β₁ᵗ))·m/(√v/√(1−β₂ᵗ) + ε).</summary>
    [JsonStringEnumMemberName("adam")]
    Adam,

    /// <summary>TensorFlow's Adam, x ← x − lr·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε): ε weighs more in the first steps.</summary>
    [JsonStringEnumMemberName("adam-tf")]
    AdamTf,

    /// <summary>SciPy's fmin_l_bfgs_b without bounds, started afresh in each outer iteration.</summary>
    [JsonStringEnumMemberName("lbfgs")]
    Lbfgs,

    /// <summary>b ← momentum·b + g, x ← x − lr·b.</summary>
    [JsonStringEnumMemberName("sgd")]
    Sgd,
}

/// <summary>How the learning rate falls.</summary>
public enum ScheduleKind
{
    /// <summary>lr · gamma^(step // every).</summary>
    [JsonStringEnumMemberName("step")]
    Step,
}

/// <summary>Which image is the result.</summary>
public enum Keep
{
    /// <summary>The image after the last update.</summary>
    [JsonStringEnumMemberName("last")]
    Last,

    /// <summary>The image after the update of the step whose total was lowest.</summary>
    [JsonStringEnumMemberName("best")]
    Best,
}
