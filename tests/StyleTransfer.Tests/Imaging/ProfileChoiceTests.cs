using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

/// <summary>Whether an embedded profile is converted or ignored. The rocket carries Adobe RGB.</summary>
public sealed class ProfileChoiceTests
{
    static readonly string Rocket = Path.Combine(GoldenCase.Folder, "images", "rocket_128x128.png");

    [Fact]
    public void Load_IgnoringTheProfile_GivesTheBytesOfTheFile()
    {
        var ignored = ImageFile.Load(Rocket, SizeSpec.Original, convertProfile: false);
        var converted = ImageFile.Load(Rocket, SizeSpec.Original);

        Assert.True(ignored.IsInProfile);
        Assert.False(converted.IsInProfile);
        Assert.All(ignored.Pixels, value => Assert.Equal(MathF.Round(value), value));
        Assert.NotEqual(ignored.Pixels, converted.Pixels);
    }

    [Fact]
    public void Save_PixelsInTheirProfile_KeepsItWithThem()
    {
        using var folder = new TempFolder();
        var ignored = ImageFile.Load(Rocket, SizeSpec.Original, convertProfile: false);

        ImageFile.Save(ignored, folder["kept.png"], new SaveOptions { KeepMetadata = true });

        var again = ImageFile.Load(folder["kept.png"], SizeSpec.Original, convertProfile: false);
        Assert.Equal(ignored.IccProfile, again.IccProfile);
        Assert.Equal(ignored.Pixels, again.Pixels);
        Assert.Equal(ImageFile.Load(Rocket, SizeSpec.Original).Pixels, ImageFile.Load(folder["kept.png"], SizeSpec.Original).Pixels);
    }
}
