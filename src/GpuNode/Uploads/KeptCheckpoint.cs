using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.Messages;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>
/// One cell's checkpoint on its way into the store: first as the renderer gave it, then as bytes, and on the local disk while the store
/// is away. Only the uploader touches it, but for <see cref="Abandon"/>.
/// </summary>
sealed class KeptCheckpoint(CellLane lane, CellCheckpoint checkpoint, int moment, Losses? losses)
{
    volatile CellCheckpoint? _checkpoint = checkpoint;
    volatile byte[]? _bytes;
    string? _path;
    volatile bool _isAbandoned;

    public CellLane Lane { get; } = lane;

    public int Step { get; } = checkpoint.Step;

    /// <summary>The losses there.</summary>
    public Losses? Losses { get; } = losses;

    /// <summary>A small picture of it; null when none could be made.</summary>
    public byte[]? Preview { get; private set; }

    public bool IsStored { get; set; }

    /// <summary>Makes the bytes and the small picture, and lets the renderer's tensors go.</summary>
    public void Encode(int previewSide)
    {
        if (_checkpoint is not { } checkpoint) return;
        _bytes = CheckpointFile.ToBytes(checkpoint, Lane.Metadata(moment));
        Preview = PreviewOf(Thumbnail.PictureOf(checkpoint, Lane.Recipe), previewSide);
        _checkpoint = null;
        if (_isAbandoned) _bytes = null;
    }

    /// <summary>A small picture as a JPEG file; null when there is no memory for it, for nothing depends on it.</summary>
    public static byte[]? PreviewOf(RgbImage image, int previewSide)
    {
        try
        {
            return ImageFile.Encode(Thumbnail.Of(image, previewSide), ".jpg");
        }
        catch (StyleFarmException)
        {
            return null;
        }
    }

    /// <summary>The whole file.</summary>
    public byte[] Bytes() => _bytes ?? File.ReadAllBytes(_path!);

    /// <summary>Moves the bytes to the local disk.</summary>
    public void MoveTo(Spool spool)
    {
        if (_bytes is not { } bytes) return;
        _path = spool.Keep(Lane.Id, Step, Lane.Attempt, bytes);
        _bytes = null;
    }

    /// <summary>It is not wanted any more: lets the memory go at once. From any thread.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        (_checkpoint, _bytes) = (null, null);
    }

    /// <summary>Lets go of everything, on the local disk too.</summary>
    public void Forget()
    {
        Abandon();
        if (_path is { } path) Spool.Forget(path);
        _path = null;
    }
}
