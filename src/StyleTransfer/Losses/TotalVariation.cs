using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Losses;

/// <summary>How much neighbouring pixels differ, in the image's own space.</summary>
public static class TotalVariation
{
    /// <summary>One number for each of the N images; N×3×H×W with H and W at least 2.</summary>
    public static Tensor Of(Tensor image, TvForm form)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (image.shape[2], image.shape[3]);
        var dy = image.narrow(2, 1, height - 1) - image.narrow(2, 0, height - 1);
        var dx = image.narrow(3, 1, width - 1) - image.narrow(3, 0, width - 1);
        var loss = form switch
        {
            TvForm.HalfMeanAbs => (PerImage.Mean(dy.abs()) + PerImage.Mean(dx.abs())) * 0.5,
            TvForm.SumPow125 => PerImage.Sum(
                (dy.narrow(3, 0, width - 1).square() + dx.narrow(2, 0, height - 1).square()).pow(1.25)),
            TvForm.MeanSq => PerImage.Mean(dy.square()) + PerImage.Mean(dx.square()),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a total variation"),
        };
        return loss.MoveToOuterDisposeScope();
    }
}
