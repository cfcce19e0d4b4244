using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.StyleTransfer.Network;

/// <summary>
/// The convolutional part of VGG19 (Simonyan and Zisserman 2014), frozen and warm: convolutions are prepared for the device when they
/// are first needed and stay so. A pass ends at the deepest tap asked for. Not thread-safe.
/// </summary>
/// <param name="weights">The sixteen convolutions; read again when a deeper one is first needed.</param>
/// <param name="precision">The type that convolutions compute in.</param>
/// <param name="device">Where they run.</param>
public sealed class Vgg19(VggWeights weights, ScalarType precision, Device device) : IDisposable
{
    readonly FrozenConv2d?[] _convolutions = new FrozenConv2d?[VggTopology.Count];

    /// <summary>The SHA-256 that tells this network from others.</summary>
    public string Identity { get; } = weights.Identity;

    /// <summary>The type that convolutions compute in.</summary>
    public ScalarType Precision { get; } = precision;

    /// <summary>Where the network runs.</summary>
    public Device Device { get; } = device;

    /// <summary>Runs the network up to the deepest of the taps.</summary>
    /// <param name="input">N×3×H×W in the network's input space; H and W at least 2^(deepest block − 1).</param>
    /// <param name="taps">Activations to return, at least one.</param>
    /// <param name="pooling">How maps are halved.</param>
    /// <returns>Each tap, N×C×H'×W' in <see cref="Precision"/>.</returns>
    public Dictionary<Tap, Tensor> Forward(Tensor input, IReadOnlySet<Tap> taps, Pooling pooling)
    {
        var found = new Dictionary<Tap, Tensor>(taps.Count);
        using var converted = input.to(Precision);
        var x = converted.channels_last();
        for (var layer = 0; found.Count < taps.Count; layer++)
        {
            var (conv, relu) = VggTopology.Taps(layer);
            var tapped = taps.Contains(conv);
            GoOn(Convolution(layer).forward(x, relu: !tapped));
            if (tapped)
            {
                found.Add(conv, x);
                if (found.Count == taps.Count) break;
                GoOn(functional.relu(x));
            }

            if (taps.Contains(relu)) found.Add(relu, x);
            if (VggTopology.EndsBlock(layer) && found.Count < taps.Count)
                GoOn(pooling == Pooling.Max ? functional.max_pool2d(x, 2, 2) : functional.avg_pool2d(x, 2, 2));
        }

        return found;

        // What is no tap is let go at once: only the gradient may still need it, and that frees it layer by layer.
        void GoOn(Tensor next)
        {
            if (!found.ContainsValue(x)) x.Dispose();
            x = next;
        }
    }

    public void Dispose()
    {
        foreach (var convolution in _convolutions) convolution?.Dispose();
    }

    FrozenConv2d Convolution(int layer) => _convolutions[layer] ??= Prepare(layer);

    FrozenConv2d Prepare(int layer)
    {
        var source = weights.Convolutions[layer];
        using var weight = tensor(source.Weight, [source.Layer.OutChannels, source.Layer.InChannels, 3, 3]).DetachFromDisposeScope();
        using var bias = tensor(source.Bias, [source.Layer.OutChannels]).DetachFromDisposeScope();
        using var weightThere = weight.to(Precision, Device).DetachFromDisposeScope();
        using var biasThere = bias.to(Precision, Device).DetachFromDisposeScope();
        return new FrozenConv2d(weightThere, biasThere);
    }
}
