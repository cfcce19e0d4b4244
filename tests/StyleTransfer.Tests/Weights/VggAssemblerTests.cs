using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Files with VGG19's real shapes, but only one stored number a tensor.</summary>
public sealed class VggAssemblerTests
{
    static string Refuse(IReadOnlyList<TestTensor> tensors, string expected)
    {
        using var folder = new TempFolder();
        var path = folder["vgg.pth"];
        File.WriteAllBytes(path, PthBytes.Zip(tensors));
        var message = Refusal.Of(path, () => VggWeights.Load(path));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        return message;
    }

    [Theory]
    [InlineData("features.")]
    [InlineData("module.features.")]
    [InlineData("features.module.")]
    [InlineData("module.")]
    [InlineData("")]
    public void Load_KnownPrefix_FindsTheLayers(string prefix)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["vgg.pth"], PthBytes.Legacy(TestTensor.Vgg(prefix)));

        var weights = VggWeights.Load(folder["vgg.pth"]);

        Assert.All(weights.Convolutions, c => Assert.Equal(c.Layer.Index / 64f, c.Weight[^1]));
    }

    [Fact]
    public void Load_MissingLayer_IsNamed()
    {
        Refuse(
            [.. TestTensor.Vgg().Where(t => t.Name != "features.16.weight")],
            "layer conv3_4 is missing: no tensor 'features.16.weight' among 31");
        Refuse(
            [.. TestTensor.Vgg().Where(t => t.Name != "features.0.weight")],
            "layer conv1_1 is missing: no tensor 'features.0.weight' among 31");
        Refuse([.. TestTensor.Vgg().Where(t => t.Name != "features.34.bias")], "no tensor 'features.34.bias'");
        Refuse([TestTensor.Of("layer1.0.conv1.weight", [1], 1)], "its 1 tensors begin with 'layer1.0.conv1.weight'");
        Refuse([], "it holds no tensors");
    }

    [Fact]
    public void Load_WrongShapeOrType_NamesExpectedAndFound()
    {
        var tensors = TestTensor.Vgg();
        tensors[0] = TestTensor.Constant("features.0.weight", 1, 64, 3, 7, 7);
        Refuse(tensors, "'features.0.weight' (conv1_1) has the shape [64, 3, 7, 7], expected [64, 3, 3, 3]");
        tensors[0] = TestTensor.Constant("features.0.weight", 1, 1L << 40, 1 << 20);
        Refuse(tensors, "[1099511627776, 1048576]");
        tensors[0] = TestTensor.Constant("features.0.weight", 1, 64, 3, 3, 3) with { Type = "Int" };
        Refuse(tensors, "'features.0.weight' (conv1_1) holds I32, expected F32, F64, F16 or BF16");
    }

    [Fact]
    public void Load_NumbersThatAreNone_NamesTheLayerAndTheirCount()
    {
        var tensors = TestTensor.Vgg();
        tensors[3] = TestTensor.Constant("features.2.bias", float.NaN, 64);
        Refuse(tensors, "'features.2.bias' (conv1_2) holds 64 NaN and 0 infinite values among 64");
        var values = new float[64];
        (values[5], values[7], values[9]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity);
        tensors[3] = TestTensor.Of("features.2.bias", values, 64);
        Refuse(tensors, "holds 1 NaN and 2 infinite values among 64");
    }

    [Fact]
    public void Load_TensorSpreadOverAHugeStorage_IsRefused()
    {
        var tensors = TestTensor.Vgg();
        var wide = new byte[140_000_000];
        tensors[0] = new TestTensor("features.0.weight", "Float", wide, wide.Length / 4, 0, [64, 3, 3, 3], [540_000, 9, 3, 1], "wide");

        Refuse(tensors, "too many to gather");
    }

    [Fact]
    public void Create_Report_MeasuresEachLayer()
    {
        using var folder = new TempFolder();
        var tensors = TestTensor.Vgg();
        var first = Enumerable.Range(0, 1728).Select(i => i % 2 == 0 ? 0f : 3f).ToArray();
        tensors[0] = TestTensor.Of("features.0.weight", first, 64, 3, 3, 3);
        File.WriteAllBytes(folder["vgg.bin"], PthBytes.Zip([.. tensors, TestTensor.Constant("classifier.0.weight", 0, 4096, 25088)]));

        var report = WeightsReport.Create(folder["vgg.bin"]);

        Assert.Equal((WeightsFileFormat.ZipPth, true, 33), (report.Format, report.IsWhole, report.Tensors));
        Assert.Equal(VggWeights.Load(folder["vgg.bin"]).Identity, report.Identity);
        Assert.Equal(16, report.Layers.Count);
        var (layer, last) = (report.Layers[0], report.Layers[15]);
        Assert.Equal(
            ("conv1_1", "features.0.weight", 1.5, 1.5, 0f, 3f, 864),
            (layer.Name, layer.Key, layer.Mean, layer.Std, layer.Min, layer.Max, layer.Zeros));
        Assert.Equal(("conv5_4", 34 / 64.0, 0.0, 0), (last.Name, last.Mean, last.Std, last.Zeros));
        Assert.Contains("\"format\": \"zip-pth\"", report.ToJson(), StringComparison.Ordinal);
    }
}
