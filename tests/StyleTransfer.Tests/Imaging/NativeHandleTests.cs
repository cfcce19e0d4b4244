using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

/// <summary>Counts native images of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(NativeHandleTests), DisableParallelization = true)]
[Collection(nameof(NativeHandleTests))]
public sealed class NativeHandleTests
{
    [Fact]
    public void Every_native_image_is_closed_after_success_and_after_failure()
    {
        using var folder = new TempFolder();
        ImageFile.Save(Pictures.Noise(50, 40), folder["good.png"]);
        File.WriteAllBytes(folder["cut.png"], File.ReadAllBytes(folder["good.png"])[..2000]);
        File.WriteAllText(folder["text.png"], "text");

        for (var i = 0; i < 20; i++)
        {
            ImageFile.Load(folder["good.png"], SizeSpec.LongSide(20));
            ImageFile.Probe(folder["good.png"]);
            Assert.Throws<StyleFarmException>(() => ImageFile.Load(folder["cut.png"], SizeSpec.Original));
            Assert.Throws<StyleFarmException>(() => ImageFile.Load(folder["text.png"], SizeSpec.Original));
            Assert.Throws<StyleFarmException>(() => ImageFile.Load(folder["good.png"], SizeSpec.Original, new() { MaxPixels = 1 }));
        }

        Assert.Equal(0, VipsLibrary.LiveImages);
    }

    [Fact]
    public async Task Many_threads_load_the_same_file_alike()
    {
        using var folder = new TempFolder();
        var picture = Pictures.Noise(200, 150);
        ImageFile.Save(picture, folder["in.png"]);
        var expected = ImageFile.Load(folder["in.png"], SizeSpec.LongSide(64));

        var loaded = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => ImageFile.Load(folder["in.png"], SizeSpec.LongSide(64)))));

        Assert.All(loaded, image => ImageAssert.Close(expected, image, 0));
        Assert.Equal(0, VipsLibrary.LiveImages);
    }

    [Fact]
    public void Libvips_tells_its_version() => Assert.Matches(@"^8\.\d+\.\d+", VipsLibrary.Version);
}
