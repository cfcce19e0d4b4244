using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Losses;

/// <summary>Sums over all dimensions but the first.</summary>
static class PerImage
{
    /// <summary>
    /// N sums, each the same to the bit whatever the other images are. libtorch gives each of several sums to one thread, but shares a single
    /// one between all, which adds up in another order: so a single one is taken as the first of two.
    /// </summary>
    public static Tensor Sum(Tensor x)
    {
        var shape = x.shape;
        long[] inner = [.. Enumerable.Range(1, shape.Length - 1)];
        if (shape[0] > 1 || x.device.IsCuda) return x.sum(inner);
        shape[0] = 2;
        return x.expand(shape).sum(inner).narrow(0, 0, 1);
    }

    /// <summary>N means.</summary>
    public static Tensor Mean(Tensor x) => Sum(x) / (x.numel() / x.shape[0]);
}
