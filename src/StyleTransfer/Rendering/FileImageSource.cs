using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>An image file, decoded anew for each size and kept at the last one.</summary>
/// <param name="path">The file.</param>
/// <param name="profile">What becomes of its colour profile.</param>
/// <param name="hash">SHA-256 of the file, if it is known.</param>
public sealed class FileImageSource(string path, ColourProfile profile, string? hash = null) : IImageSource
{
    RgbImage? _last;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    public string? Identity { get; } = hash is null ? null : $"{hash} {profile}";

    public RgbImage At(ImageSize size) =>
        _last is { } last && last.Size == size ? last : _last = ImageFile.Load(Path, SizeSpec.Forced(size.Width, size.Height),
            convertProfile: profile == ColourProfile.Convert);
}
