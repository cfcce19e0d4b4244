using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.StyleTransfer.Results;

/// <summary>An input picture that was looked at.</summary>
/// <param name="Path">As given.</param>
/// <param name="Hash">SHA-256 of the file, hex.</param>
/// <param name="Size">Upright, as in the file.</param>
public sealed record InputFileInfo(string Path, string Hash, ImageSize Size)
{
    /// <summary>Reads the header and hashes the file.</summary>
    /// <exception cref="StyleFarmException">BadInput: no usable image.</exception>
    public static InputFileInfo Read(string path)
    {
        var info = ImageFile.Probe(path, ImageLimits.Default);
        using var stream = File.OpenRead(path);
        return new InputFileInfo(path, Convert.ToHexStringLower(SHA256.HashData(stream)), info.Size);
    }
}
