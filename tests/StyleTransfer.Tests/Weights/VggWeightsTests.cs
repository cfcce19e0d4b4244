using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class VggWeightsTests
{
    static readonly JsonElement Golden = JsonDocument.Parse(
        File.ReadAllText(Checkout.PathOf("tests", "StyleTransfer.Tests", "Golden", "weights-20261120.json"))).RootElement;

    [Fact]
    public void Seeded_GoldenSeed_IsTheReferenceToTheBit()
    {
        var weights = VggWeights.Seeded(Golden.GetProperty("seed").GetUInt64());

        Assert.Equal("seeded:20261120", weights.Source);
        Assert.Equal(Golden.GetProperty("sha256_all").GetString(), weights.Identity);
        Assert.Equal(Golden.GetProperty("count").GetInt32(), weights.Convolutions.Sum(c => c.Weight.Length));
        foreach (var (convolution, golden) in weights.Convolutions.Zip(Golden.GetProperty("convs").EnumerateArray()))
        {
            var (layer, weight, bias) = convolution;
            Assert.Equal((golden.GetProperty("name").GetString(), golden.GetProperty("key").GetString()), (layer.Name, layer.WeightKey));
            Assert.Equal(golden.GetProperty("shape").Deserialize<long[]>(), layer.WeightShape);
            var digest = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(weight.AsSpan())));
            Assert.Equal((layer.Name, golden.GetProperty("sha256").GetString()), (layer.Name, digest));
            var bits = weight.Take(4).Select(w => BitConverter.SingleToUInt32Bits(w).ToString("x8"));
            Assert.Equal(golden.GetProperty("first4_bits").Deserialize<string[]>(), bits);
            Assert.Equal(golden.GetProperty("last").GetSingle(), weight[^1]);
            Assert.All(bias, b => Assert.Equal(0, b));
        }
    }

    [Fact]
    public void Identity_WithABias_CoversTheBiases()
    {
        var seeded = VggWeights.Seeded(1);
        var convolutions = seeded.Convolutions.ToList();
        convolutions[15] = convolutions[15] with { Bias = [.. Enumerable.Repeat(0f, 511), 0.5f] };

        var changed = new VggWeights(convolutions, "changed");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var values in convolutions.Select(c => c.Weight).Concat(convolutions.Select(c => c.Bias)))
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        Assert.Equal(Convert.ToHexStringLower(hash.GetHashAndReset()), changed.Identity);
        Assert.NotEqual(seeded.Identity, changed.Identity);
        Assert.Equal(seeded.Identity, seeded.WithSource("elsewhere").Identity);
    }

    [Fact]
    public void Constructor_WrongLayers_Throws()
    {
        var convolutions = VggWeights.Seeded(1).Convolutions;

        Assert.Throws<ArgumentException>(() => new VggWeights([.. convolutions.Skip(1)], "x"));
        Assert.Throws<ArgumentException>(() => new VggWeights([.. convolutions.Reverse()], "x"));
        Assert.Throws<ArgumentException>(() => new VggWeights([convolutions[0] with { Bias = [1] }, .. convolutions.Skip(1)], "x"));
    }

    [Fact]
    public void All_Layers_AreTorchvisions()
    {
        Assert.Equal([0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34], VggLayer.All.Select(l => l.Index));
        Assert.Equal([64, 64, 128, 128, 256, 256, 256, 256, .. Enumerable.Repeat(512, 8)], VggLayer.All.Select(l => l.OutChannels));
        Assert.Equal(("conv1_1", "conv3_4", "conv5_4"), (VggLayer.All[0].Name, VggLayer.All[7].Name, VggLayer.All[15].Name));
    }
}
