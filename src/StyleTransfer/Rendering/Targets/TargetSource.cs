using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Losses;
using StyleFarm.StyleTransfer.Network;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering.Targets;

/// <summary>How activations of input images are made: what is the same for all of them.</summary>
/// <param name="Space">What the network is fed.</param>
/// <param name="Pooling">How maps are halved.</param>
readonly record struct TargetForm(ColourSpace Space, Pooling Pooling)
{
    public static TargetForm Of(Recipe recipe) => new(recipe.Space, recipe.Pooling);
}

/// <summary>
/// Content activations and Gram matrices of input images. Each is computed once while this lives, and images with an identity only when the
/// cache does not hold them. What it returns is its own.
/// </summary>
sealed class TargetSource(Vgg19 network, TargetCache? cache, TargetForm form) : IDisposable
{
    readonly Dictionary<TargetKey, TapTensors> _here = [];

    /// <summary>Losses and Gram matrices: float64 with a float64 network, else float32.</summary>
    ScalarType LossType => network.Precision == float64 ? float64 : float32;

    /// <summary>1×C×H×W of each tap, in the type of the losses.</summary>
    public TapTensors Activations(IImageSource image, ImageSize size, IEnumerable<Tap> taps) => Of(image, size, taps, null);

    /// <summary>1×C×C of each tap, in the type of the losses.</summary>
    public TapTensors Grams(IImageSource image, ImageSize size, IEnumerable<Tap> taps, GramForm gram) => Of(image, size, taps, gram);

    public void Dispose()
    {
        foreach (var tensors in _here.Values) tensors.Dispose();
    }

    TapTensors Of(IImageSource image, ImageSize size, IEnumerable<Tap> taps, GramForm? gram)
    {
        var set = taps.ToHashSet();
        var key = new TargetKey(network.Identity, network.Device, network.Precision, (object?)image.Identity ?? image, size,
            string.Join(' ', set.Order()), form.Pooling, form.Space, gram);
        if (_here.TryGetValue(key, out var known)) return known;

        var tensors = cache is null || image.Identity is null ? Compute() : cache.Get(key, Compute);
        _here.Add(key, tensors);
        return tensors;

        TapTensors Compute()
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            var space = new ImageSpace(form.Space);
            var input = space.NetworkInput(space.FromPixels(image.At(size), LossType, network.Device));
            return new TapTensors(network.Forward(input, set, form.Pooling).Select(entry =>
                KeyValuePair.Create(entry.Key, (gram is { } divisor ? GramMatrix.Of(entry.Value, divisor) : entry.Value).to(LossType))));
        }
    }
}
