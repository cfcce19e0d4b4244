using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Network;

/// <summary>Where taps and pooling layers stand among VGG19's sixteen convolutions: five blocks of 2, 2, 4, 4, 4, each ended by a pooling layer.</summary>
public static class VggTopology
{
    static readonly (Tap Conv, Tap Relu)[] Layers =
        [.. Tap.All.Where(tap => !tap.IsRelu).Select(tap => (tap, Tap.At(tap.Block, tap.Index, isRelu: true)))];

    /// <summary>The number of convolutions.</summary>
    public static int Count => Layers.Length;

    /// <summary>The taps before and after the ReLU of a layer, from 0.</summary>
    public static (Tap Conv, Tap Relu) Taps(int layer) => Layers[layer];

    /// <summary>Whether a pooling layer follows.</summary>
    public static bool EndsBlock(int layer) => layer + 1 == Count || Layers[layer + 1].Conv.Block != Layers[layer].Conv.Block;

    /// <summary>Height or width of a tap for an input of that height or width: halved, rounded down, by each pooling layer before it.</summary>
    public static int SideAt(Tap tap, int inputSide) => inputSide >> (tap.Block - 1);
}
