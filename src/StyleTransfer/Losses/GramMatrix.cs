using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Losses;

/// <summary>The Gram matrix of a tap: G = F·Fᵀ with F the activations as C × (H·W) (Gatys et al. 2016, equation 3).</summary>
public static class GramMatrix
{
    /// <summary>N×C×H×W to N×C×C, divided as <paramref name="form"/> says.</summary>
    public static Tensor Of(Tensor features, GramForm form)
    {
        var shape = features.shape;
        double channels = shape[1], positions = shape[2] * shape[3];
        var gram = nn.functional.gram(features);
        return form switch
        {
            GramForm.Chw => gram / (channels * positions),
            GramForm.Hw => gram / positions,
            GramForm.None => gram,
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a Gram form"),
        };
    }
}
