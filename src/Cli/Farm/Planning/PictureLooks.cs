using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Planning;

/// <summary>An input picture that was looked at.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Facts">What it is.</param>
readonly record struct LookedAt(string Path, PictureFacts Facts)
{
    /// <summary>As cells name it.</summary>
    public InputRef Ref => new(Facts.Sha256, Path, Facts.Size.Width, Facts.Size.Height);
}

/// <summary>Looks at input pictures: header and hash. What was looked at before and has not changed is only remembered.</summary>
sealed class PictureLooks(IPictureMemory memory)
{
    /// <summary>Looks at a picture.</summary>
    /// <param name="path">Absolute.</param>
    /// <exception cref="StyleFarmException">BadInput: no usable picture.</exception>
    public LookedAt At(string path)
    {
        var stamp = FileStamp.Of(path);
        if (stamp.SizeBytes > 0 && memory.Recall(stamp) is { } known) return new LookedAt(path, known);

        var info = ImageFile.Probe(path, ImageLimits.Default);
        var facts = new PictureFacts(HashOf(path), info.Size, info.Format);
        // A file that is being written while it is looked at is not what it will be.
        if (FileStamp.Of(path) == stamp) memory.Remember(stamp, facts);
        return new LookedAt(path, facts);
    }

    /// <summary>What a message about a picture says after its path.</summary>
    public static string ReasonOf(StyleFarmException fault, string path) =>
        fault.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? fault.Message[(path.Length + 2)..] : fault.Message;

    static string HashOf(string path)
    {
        try
        {
            using var stream =
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check the disk and the permissions", e);
        }
    }
}
