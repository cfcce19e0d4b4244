using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.Cli.Farm.Delivery;

/// <summary>Makes the picture that a user gets from the one in the store, with its provenance beside it.</summary>
static class FinishedPicture
{
    /// <summary>The provenance of a picture: its name with another ending.</summary>
    public static string ProvenancePathOf(string picture) => Path.ChangeExtension(picture, ".result.json");

    /// <summary>Writes the picture; it appears whole or not at all.</summary>
    /// <param name="picture">The stored picture.</param>
    /// <param name="target">Where it goes; the extension chooses the format.</param>
    /// <param name="form">Quality and metadata.</param>
    /// <param name="metadata">What is kept of the photo, or null.</param>
    /// <exception cref="StyleFarmException">
    /// OutOfResources: the disk or the memory is full. BadInput: no such folder, or no right to write there. BadUsage: the format cannot
    /// hold the picture.
    /// </exception>
    public static void Write(RgbImage picture, string target, PictureForm form, RgbImage? metadata)
    {
        var complete = metadata is null ? picture : new RgbImage(picture.Width, picture.Height, picture.Pixels)
        {
            Alpha = metadata.Alpha,
            Exif = metadata.Exif,
            IccProfile = metadata.IccProfile,
            IsInProfile = metadata.IsInProfile,
        };
        ImageFile.Save(complete, target, new SaveOptions
        {
            Quality = form.Quality,
            KeepAlpha = form.KeepsMetadata,
            KeepMetadata = form.KeepsMetadata,
        });
    }

    /// <summary>The pixels of a stored picture.</summary>
    /// <exception cref="StyleFarmException">OutOfResources: the disk for temporary files is full. BadInput: it is damaged.</exception>
    public static RgbImage Decode(byte[] png)
    {
        var temporary = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(temporary, png);
            return ImageFile.Load(temporary, SizeSpec.Original);
        }
        catch (IOException e)
        {
            throw AtomicFile.WriteFailure(temporary, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes the provenance beside a picture.</summary>
    public static void WriteProvenance(string picture, JsonObject provenance) => AtomicFile.Write(
        ProvenancePathOf(picture), stream => stream.Write(Encoding.UTF8.GetBytes(Provenance.Text(provenance))));

    /// <summary>Whether the provenance beside a picture says that it was made here.</summary>
    public static bool IsOurs(string picture)
    {
        try
        {
            return File.ReadAllText(ProvenancePathOf(picture)).Contains(Provenance.Schema, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
