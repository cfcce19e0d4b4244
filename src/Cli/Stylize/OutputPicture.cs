using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.Cli.Stylize;

/// <summary>The picture that the user asked for, made from the stored one, and its provenance beside it.</summary>
static class OutputPicture
{
    /// <summary>Finds out from the name alone whether the picture cannot be written.</summary>
    /// <exception cref="StyleFarmException">An unknown extension, or the place of a picture that it is made from.</exception>
    public static void CheckName(StylizeRequest request)
    {
        ImageFile.CheckExtension(request.Output);
        var target = Path.GetFullPath(request.Output);
        foreach (var input in request.Styles.Prepend(request.Content))
            if (Path.GetFullPath(input) == target)
                throw StyleFarmException.BadUsage($"{request.Output}: the result would take the place of this input; give another -o");
    }

    /// <summary>Finds out before any work whether the picture can be written in the end; makes its folder.</summary>
    /// <exception cref="StyleFarmException">The format cannot hold the size, or the folder cannot be written.</exception>
    public static void CheckWritable(string output, ImageSize size)
    {
        ImageFile.CheckExtension(output, size);
        if (Directory.Exists(output)) throw StyleFarmException.BadInput($"{output}: it is a folder; name a file in it with -o");
        AtomicFile.CheckFolder(output);
    }

    /// <summary>Writes the picture and its provenance; <c>result.json</c> in the folder becomes that of the latest picture.</summary>
    /// <returns>False when <c>result.json</c> is somebody else's file and was left alone.</returns>
    public static bool Write(StylizeJob job, string stored, JsonObject provenance)
    {
        var request = job.Request;
        var picture = ImageFile.Load(stored, SizeSpec.Original);
        var form = new PictureForm { Quality = request.Quality, KeepsMetadata = request.KeepMetadata };
        FinishedPicture.Write(picture, request.Output, form, request.KeepMetadata ? MetadataOf(job, picture) : null);
        FinishedPicture.WriteProvenance(request.Output, provenance);
        var latest = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(request.Output))!, "result.json");
        if (!IsOurs(latest)) return false;
        PointTo(latest, FinishedPicture.ProvenancePathOf(request.Output));
        return true;
    }

    static RgbImage MetadataOf(StylizeJob job, RgbImage picture) => ImageFile.Load(job.Content.Path,
        SizeSpec.Forced(picture.Width, picture.Height), convertProfile: job.Recipe.ColourProfile == ColourProfile.Convert);

    static bool IsOurs(string json) =>
        !File.Exists(json) || new FileInfo(json).LinkTarget is not null
        || File.ReadAllText(json).Contains(Provenance.Schema, StringComparison.Ordinal);

    static void PointTo(string link, string target)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(link)!, $".result.json.{Environment.ProcessId}.tmp");
        File.Delete(temporary);
        try
        {
            File.CreateSymbolicLink(temporary, Path.GetFileName(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Copy(target, temporary);
        }

        File.Move(temporary, link, overwrite: true);
    }
}
