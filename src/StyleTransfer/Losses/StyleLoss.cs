using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Losses;

/// <summary>How far a tap's Gram matrix is from that of the style image.</summary>
public static class StyleLoss
{
    /// <summary>One number for each of the N images.</summary>
    /// <param name="features">N×C×H×W of the optimised images.</param>
    /// <param name="targetGram">N×C×C or 1×C×C, in the same Gram form.</param>
    /// <param name="gram">What the Gram matrix is divided by.</param>
    /// <param name="form">How the difference becomes a number.</param>
    /// <param name="imagePixels">H₀·W₀ of the optimised image.</param>
    public static Tensor Of(Tensor features, Tensor targetGram, GramForm gram, StyleForm form, long imagePixels)
    {
        using var scope = NewDisposeScope();
        var shape = features.shape;
        double channels = shape[1], positions = shape[2] * shape[3];
        var squares = PerImage.Sum((GramMatrix.Of(features, gram) - targetGram).square());
        var loss = form switch
        {
            StyleForm.Mse => squares / (channels * channels),
            StyleForm.SumOverImage => squares / (4.0 * 9 * imagePixels * imagePixels),
            StyleForm.SumOverTap => squares / (4.0 * channels * channels * positions * positions),
            StyleForm.Relative => squares / PerImage.Sum(targetGram.square()),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a style form"),
        };
        return loss.MoveToOuterDisposeScope();
    }
}
