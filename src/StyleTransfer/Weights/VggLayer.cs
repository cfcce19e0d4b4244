namespace StyleFarm.StyleTransfer.Weights;

/// <summary>One convolution of VGG19: 3×3, stride 1, padding 1.</summary>
/// <param name="Name">The paper's name: <c>conv1_1</c> to <c>conv5_4</c>.</param>
/// <param name="Index">Its place in torchvision's <c>features</c>: 0, 2, 5, … 34.</param>
/// <param name="InChannels">Channels that it reads.</param>
/// <param name="OutChannels">Channels that it writes.</param>
public sealed record VggLayer(string Name, int Index, int InChannels, int OutChannels)
{
    /// <summary>The sixteen convolutions of VGG19, first to last.</summary>
    public static IReadOnlyList<VggLayer> All { get; } = BuildAll();

    /// <summary>torchvision's name of the weight, <c>features.N.weight</c>.</summary>
    public string WeightKey => $"features.{Index}.weight";

    /// <summary>torchvision's name of the bias, <c>features.N.bias</c>.</summary>
    public string BiasKey => $"features.{Index}.bias";

    /// <summary>[out, in, 3, 3].</summary>
    public long[] WeightShape => [OutChannels, InChannels, 3, 3];

    /// <summary>Elements of the weight: out · in · 9.</summary>
    public int WeightCount => OutChannels * InChannels * 9;

    static VggLayer[] BuildAll()
    {
        (int Convolutions, int Channels)[] blocks = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)];
        var layers = new List<VggLayer>();
        var (index, channels) = (0, 3);
        for (var block = 0; block < blocks.Length; block++)
        {
            for (var i = 0; i < blocks[block].Convolutions; i++)
            {
                layers.Add(new VggLayer($"conv{block + 1}_{i + 1}", index, channels, blocks[block].Channels));
                channels = blocks[block].Channels;
                index += 2;
            }
            index++;
        }
        return [.. layers];
    }
}
