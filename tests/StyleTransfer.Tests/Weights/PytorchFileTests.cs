using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class PytorchFileTests(PytorchFiles files) : IClassFixture<PytorchFiles>
{
    [Fact]
    public void Load_AnyFormatOfOneNetwork_GivesTheSameIdentity()
    {
        var expected = VggWeights.Load(files["features.safetensors"]);

        Assert.Contains(expected.Convolutions, c => c.Bias.Any(b => b != 0));
        foreach (var name in new[] { "features-legacy.pth", "features-zip.pth", "features-p4.pth", "bare-module.pth" })
        {
            var weights = VggWeights.Load(files[name]);
            Assert.Equal((name, expected.Identity), (name, weights.Identity));
            Assert.Equal(files[name], weights.Source);
        }
    }

    [Fact]
    public void Load_WholeNetwork_NeverReadsTheClassifier()
    {
        var path = files["whole-legacy.pth"];
        Assert.InRange(new FileInfo(path).Length, 570_000_000, 580_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var weights = VggWeights.Load(path);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 80_000_000, 85_000_000);
        Assert.Equal(VggWeights.Load(files["features-legacy.pth"]).Identity, weights.Identity);
        var report = WeightsReport.Create(path);
        Assert.Equal((WeightsFileFormat.LegacyPth, true, 38), (report.Format, report.IsWhole, report.Tensors));
    }

    [Theory]
    [InlineData("odd-legacy.pth")]
    [InlineData("odd-zip.pth")]
    public void ReadFloats_OddlyStoredTensors_GivesPlainValues(string name)
    {
        var expected = Refusal.ReadAll(files["odd-expected.safetensors"]);

        var found = Refusal.ReadAll(files[name]);

        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, pair => Assert.Equal(pair.Value, found[pair.Key]));
        using var file = WeightsFile.Open(files[name]);
        Assert.False(file.Tensors["transposed"].IsContiguous);
        Assert.Equal(SafetensorsType.BF16, file.Tensors["bfloat"].Type);
        Assert.Same(file.Tensors["plain"].Block, file.Tensors["expanded"].Block);
    }

    [Theory]
    [InlineData("odd-legacy.pth")]
    [InlineData("odd-zip.pth")]
    public void Load_PrefixOfARealFile_IsRefused(string name)
    {
        var bytes = File.ReadAllBytes(files[name]);

        for (var length = 0; length < bytes.Length; length++) Refusal.OfBytes(bytes[..length], "");
    }

    [Fact]
    public void Write_Safetensors_MatchesThePlainFile()
    {
        var plain = SafetensorsFile.Read(files["odd-expected.safetensors"]);
        using var stream = new MemoryStream();

        SafetensorsFile.Write(stream, plain.Tensors.Values);

        var again = SafetensorsFile.Parse(stream.ToArray(), "again");
        Assert.All(plain.Tensors, pair => Assert.Equal(pair.Value.Data.ToArray(), again.Tensors[pair.Key].Data.ToArray()));
    }
}
