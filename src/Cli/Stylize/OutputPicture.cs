using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.Cli.Stylize;

/// <summary>The picture that the user asked for, made from the stored one, and its provenance beside it.</summary>
static class OutputPicture
{
    /// <summary>Finished cells are stored without loss.</summary>
    public const string StoredExtension = ".png";

    /// <summary>Finds out before any work whether the picture can be written in the end.</summary>
    /// <exception cref="StyleFarmException">The extension is unknown, or the folder cannot be written.</exception>
    public static void CheckWritable(string output)
    {
        ImageFile.CheckExtension(output);
        var folder = FolderOf(output);
        try
        {
            if (Directory.Exists(output)) throw new IOException("it is a folder");
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".stylefarm-probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{output}: it cannot be written ({e.Message.TrimEnd('.')}); give another -o", e);
        }
    }

    /// <summary>Writes the picture and its provenance; <c>result.json</c> in the same folder is the provenance of the latest picture.</summary>
    public static void Write(StylizeJob job, string stored, JsonObject provenance)
    {
        var request = job.Request;
        var picture = ImageFile.Load(stored, SizeSpec.Original);
        if (request.KeepMetadata) picture = WithMetadataOf(job, picture);
        ImageFile.Save(picture, request.Output, new SaveOptions
        {
            Quality = request.Quality,
            KeepAlpha = request.KeepMetadata,
            KeepMetadata = request.KeepMetadata,
        });

        var own = Path.ChangeExtension(request.Output, ".result.json");
        AtomicFile.Write(own, stream => stream.Write(Encoding.UTF8.GetBytes(Provenance.Text(provenance))));
        PointTo(Path.Combine(FolderOf(request.Output), "result.json"), own);
    }

    static RgbImage WithMetadataOf(StylizeJob job, RgbImage picture)
    {
        var original = ImageFile.Load(job.Content.Path, SizeSpec.Forced(picture.Width, picture.Height));
        return new RgbImage(picture.Width, picture.Height, picture.Pixels)
        {
            Alpha = original.Alpha,
            Exif = original.Exif,
            IccProfile = original.IccProfile,
            IsInProfile = job.Recipe.ColourProfile == ColourProfile.Ignore,
        };
    }

    static void PointTo(string link, string target)
    {
        var temporary = $"{link}.tmp-{Environment.ProcessId}";
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

    static string FolderOf(string output) => Path.GetDirectoryName(Path.GetFullPath(output))!;
}
