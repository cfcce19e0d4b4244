using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.Cli.Farm.Delivery;

/// <summary>Where a job's pictures go, and how they are written. A part of <see cref="JobSpec.Source"/>.</summary>
/// <param name="Folder">Absolute.</param>
/// <param name="Form">Format, quality and metadata.</param>
sealed record DeliverySpec(string Folder, PictureForm Form)
{
    const string Key = "delivery";

    /// <summary>That of a job; null when its pictures stay in the store.</summary>
    public static DeliverySpec? Of(JobSpec job) => Of(job.Source);

    /// <summary>That of a job's source.</summary>
    public static DeliverySpec? Of(JsonObject source) =>
        source[Key] is JsonObject delivery ? new((string)delivery["folder"]!, PictureForm.FromJson(delivery)) : null;

    /// <summary>Reads `--out`.</summary>
    /// <param name="text">As given.</param>
    /// <param name="baseFolder">What it is relative to.</param>
    /// <exception cref="StyleFarmException">BadUsage: it is no folder of this machine. BadInput: it is a file.</exception>
    public static string ReadFolder(string text, string baseFolder)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            throw StyleFarmException.BadUsage(
                $"--out {text}: pictures are written to folders of this machine; give a folder, and copy it there afterwards");
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, baseFolder));
        return File.Exists(folder) ? throw StyleFarmException.BadInput($"--out {text}: it is a file; give a folder") : folder;
    }

    /// <summary>Finds out before any work whether results can be written; makes the folder.</summary>
    /// <exception cref="StyleFarmException">BadInput: no right to write there. OutOfResources: the disk is full.</exception>
    public void CheckWritable()
    {
        try
        {
            AtomicFile.CheckFolder(PathOf("picture"));
        }
        catch (StyleFarmException e) when (e.InnerException is { } cause)
        {
            throw AtomicFile.WriteFailure(Folder, cause);
        }
    }

    /// <summary>The absolute path of an output.</summary>
    public string PathOf(string output) => Path.Combine(Folder, output);

    /// <summary>Puts it into a job's source.</summary>
    public void AddTo(JsonObject source)
    {
        var delivery = Form.ToJson();
        delivery["folder"] = Folder;
        source[Key] = delivery;
    }
}
