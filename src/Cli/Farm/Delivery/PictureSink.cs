using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Farm.Delivery;

/// <summary>
/// Writes finished pictures where the user wants them. What is written is remembered before and after, so that a picture of ours is
/// known as ours whenever the process was killed, and one that stands as it should is not written again.
/// </summary>
/// <param name="store">Where results are.</param>
/// <param name="memory">What was written before.</param>
/// <param name="isDry">Whether nothing is written, because it is only asked what would be done.</param>
sealed class PictureSink(IObjectStore store, IPictureMemory memory, bool isDry = false) : IResultSink
{
    /// <summary>Hands one finished cell over.</summary>
    /// <exception cref="StyleFarmException">
    /// OutOfResources: the disk is full, which may pass. BadInput: no right to write there. BadUsage: the format cannot hold it.
    /// </exception>
    /// <exception cref="StoreException">The result cannot be read.</exception>
    public async Task DeliverAsync(JobSpec job, CellSpec cell, JsonObject provenance, CancellationToken cancellationToken)
    {
        var delivery = DeliverySpec.Of(job);
        if (isDry || cell.Output is null || delivery is null || IsDelivered(delivery, cell)) return;
        var key = StoreKey.Result(cell.Id);
        var picture = await store.GetAsync(key, cancellationToken)
            ?? throw new StoreException(
                $"{store.Description}: {key} is gone; remove {StoreKey.Provenance(cell.Id)} there to have it rendered again",
                isTransient: false);
        await Task.Run(() => Write(delivery, cell, picture, provenance), cancellationToken);
    }

    /// <summary>Whether a cell's picture stands where it should, as it should.</summary>
    public bool IsDelivered(DeliverySpec delivery, CellSpec cell)
    {
        if (cell.Output is null) return true;
        var path = delivery.PathOf(cell.Output);
        return memory.ExportedTo(path) == new ExportedPicture(cell.Id.ToString(), delivery.Form.Fingerprint) && File.Exists(path);
    }

    /// <summary>Why a picture must not be written to its place, for people; null when it may.</summary>
    /// <param name="delivery">Where results go.</param>
    /// <param name="output">Relative to there.</param>
    /// <param name="photo">The photo that it is made from.</param>
    public string? Obstacle(DeliverySpec delivery, string output, string photo)
    {
        var path = delivery.PathOf(output);
        if (path == photo) return "its result would take its own place; give another --out or --name";
        if (!File.Exists(path) || memory.ExportedTo(path) is not null || FinishedPicture.IsOurs(path)) return null;
        return $"{path} is there already and is not StyleFarm's; move it, or give another --out or --name";
    }

    void Write(DeliverySpec delivery, CellSpec cell, byte[] stored, JsonObject provenance)
    {
        var path = delivery.PathOf(cell.Output!);
        var export = new ExportedPicture(cell.Id.ToString(), "");
        memory.RememberExport(path, export);
        // First what says that the picture is ours: the memory may be lost with the process.
        FinishedPicture.WriteProvenance(path, provenance);
        try
        {
            WritePicture(path, delivery.Form, cell, stored, provenance);
        }
        catch when (!File.Exists(path))
        {
            File.Delete(FinishedPicture.ProvenancePathOf(path));
            throw;
        }

        memory.RememberExport(path, export with { Form = delivery.Form.Fingerprint });
    }

    static void WritePicture(string path, PictureForm form, CellSpec cell, byte[] stored, JsonObject provenance)
    {
        var metadata = form.KeepsMetadata ? MetadataOf(cell, provenance) : null;
        var isPlain = metadata is null or { Alpha: null, Exif: null, IccProfile: null };
        // The stored picture is this very file.
        if (isPlain && path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) AtomicFile.Write(path, stream => stream.Write(stored));
        else FinishedPicture.Write(FinishedPicture.Decode(stored), path, form, metadata);
    }

    /// <summary>Null when the photo is gone: its picture is worth more than its metadata.</summary>
    static RgbImage? MetadataOf(CellSpec cell, JsonObject provenance)
    {
        if (!RecipeSize.TryParse((string?)provenance["size"], out var size) || !size.IsForced) return null;
        var converts = (string?)provenance["recipe"]?["colour_profile"] == RecipeText.Of(ColourProfile.Convert);
        try
        {
            return ImageFile.Load(cell.Content.Location, SizeSpec.Forced(size.Width, size.Height), convertProfile: converts);
        }
        catch (StyleFarmException e) when (e.Code == ErrorCode.BadInput)
        {
            return null;
        }
    }
}
