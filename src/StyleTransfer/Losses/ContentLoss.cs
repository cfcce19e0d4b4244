using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Losses;

/// <summary>How far a tap is from what it was for the content image.</summary>
public static class ContentLoss
{
    /// <summary>One number for each of the N images; both tensors N×C×H×W, the target may have N = 1.</summary>
    public static Tensor Of(Tensor features, Tensor target, ContentForm form)
    {
        using var scope = NewDisposeScope();
        var shape = features.shape;
        double count = shape[1] * shape[2] * shape[3];
        var squares = PerImage.Sum((features - target).square());
        var loss = form switch
        {
            ContentForm.Mse => squares / count,
            ContentForm.Sum => squares,
            ContentForm.SumOver4Hwc => squares / (4 * count),
            ContentForm.Relative => squares / PerImage.Sum(target.square()),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a content form"),
        };
        return loss.MoveToOuterDisposeScope();
    }
}
