using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>An image file, decoded anew for each size and kept at the last one.</summary>
public sealed class FileImageSource(string path, ColourProfile profile) : IImageSource
{
    RgbImage? _last;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    public RgbImage At(ImageSize size) =>
        _last is { } last && last.Size == size ? last : _last = ImageFile.Load(Path, SizeSpec.Forced(size.Width, size.Height),
            convertProfile: profile == ColourProfile.Convert);
}
