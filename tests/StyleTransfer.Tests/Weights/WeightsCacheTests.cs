using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class WeightsCacheTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }

    [Fact]
    public void Import_AWeightsFile_IsFoundByAuto()
    {
        using var folder = new TempFolder();
        var cache = new WeightsCache(folder["cache"], new Clock());
        File.WriteAllBytes(folder["mine.pth"], PthBytes.Legacy(TestTensor.Vgg()));
        var fallback = WeightsSource.Resolve("auto", cache);

        var imported = cache.Import(folder["mine.pth"]);

        Assert.Equal("seeded:20261120", fallback.Weights.Source);
        Assert.Contains("./stylefarm weights fetch", fallback.Notice, StringComparison.Ordinal);
        var found = WeightsSource.Resolve("auto", cache);
        Assert.Null(found.Notice);
        Assert.Equal((imported.Identity, folder["mine.pth"]), (found.Weights.Identity, found.Weights.Source));
        var metadata = SafetensorsFile.Read(cache.FilePath).Metadata;
        Assert.Equal((imported.Identity, "2026-11-20T12:00:00.0000000+00:00"), (metadata["identity"], metadata["imported_at"]));
        Assert.Equal([cache.FilePath], Directory.GetFiles(folder["cache"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Load_ChangedCache_IsRefused()
    {
        using var folder = new TempFolder();
        var cache = new WeightsCache(folder.Path, new Clock());
        Assert.Contains("no weights have been imported yet", Refusal.Of(cache.FilePath, () => cache.Load()), StringComparison.Ordinal);
        cache.Store(VggWeights.Seeded(5));
        using (var file = File.OpenWrite(cache.FilePath))
        {
            file.Seek(-1_000_000, SeekOrigin.End);
            file.WriteByte(0x3c);
            file.WriteByte(0x3c);
        }

        Assert.Contains(
            "was damaged or changed: its identity is ", Refusal.Of(cache.FilePath, () => cache.Load()), StringComparison.Ordinal);
    }

    [Fact]
    public void Default_Folder_FollowsTheEnvironment()
    {
        var environment = new Dictionary<string, string?> { ["HOME"] = "/h" };
        string Folder() => WeightsCache.Default(new Clock(), environment.GetValueOrDefault).Folder;

        Assert.Equal("/h/.cache/stylefarm", Folder());
        environment["XDG_CACHE_HOME"] = "/x";
        Assert.Equal("/x/stylefarm", Folder());
        environment["STYLEFARM_CACHE"] = "/own";
        Assert.Equal("/own", Folder());
        Assert.Equal("/own/weights/vgg19.safetensors", WeightsCache.Default(new Clock(), environment.GetValueOrDefault).FilePath);
    }

    [Theory]
    [InlineData("seeded:")]
    [InlineData("seeded:-1")]
    [InlineData("seeded: 1")]
    [InlineData("seeded:1e3")]
    [InlineData("seeded:18446744073709551616")]
    public void Resolve_BadSeed_IsBadUsage(string specification)
    {
        var error = Assert.Throws<StyleFarmException>(
            () => WeightsSource.Resolve(specification, new WeightsCache("/nowhere", new Clock())));

        Assert.Equal(ErrorCode.BadUsage, error.Code);
        Assert.Contains($"'{specification}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_SeedOrFile_LoadsIt()
    {
        using var folder = new TempFolder();
        var cache = new WeightsCache(folder.Path, new Clock());
        File.WriteAllBytes(folder["mine.pth"], PthBytes.Legacy(TestTensor.Vgg()));

        Assert.Equal("seeded:18446744073709551615", WeightsSource.Resolve("seeded:18446744073709551615", cache).Weights.Source);
        Assert.Equal(folder["mine.pth"], WeightsSource.Resolve(folder["mine.pth"], cache).Weights.Source);
        Refusal.Of(folder["none"], () => WeightsSource.Resolve(folder["none"], cache));
    }
}
