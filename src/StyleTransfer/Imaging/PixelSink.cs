using System.Numerics;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Collects rows in stored order and puts their pixels where they belong upright.</summary>
sealed class PixelSink
{
    readonly (long Origin, long StepX, long StepY) _map;
    int _rows;

    /// <param name="upright">The size of the finished image.</param>
    /// <param name="orientation">The EXIF orientation of the rows that come in.</param>
    /// <param name="hasAlpha">Whether the fourth lane is kept.</param>
    public PixelSink(ImageSize upright, int orientation, bool hasAlpha)
    {
        var stored = ExifOrientation.Turns(orientation) ? upright.Turned : upright;
        _map = ExifOrientation.Mapping(orientation, stored.Width, stored.Height);
        Pixels = new float[upright.Pixels * 3];
        Alpha = hasAlpha ? new float[upright.Pixels] : null;
    }

    public float[] Pixels { get; }

    public float[]? Alpha { get; }

    public void Add(ReadOnlySpan<Vector4> row)
    {
        var at = _map.Origin + _rows++ * _map.StepY;
        foreach (var pixel in row)
        {
            Pixels[3 * at] = pixel.X;
            Pixels[3 * at + 1] = pixel.Y;
            Pixels[3 * at + 2] = pixel.Z;
            if (Alpha is not null)
                Alpha[at] = pixel.W;
            at += _map.StepX;
        }
    }

    /// <summary>The same for resampled rows, which overshoot at edges. Changes <paramref name="row"/>.</summary>
    public void AddClamped(Span<Vector4> row)
    {
        foreach (ref var pixel in row)
            pixel = Vector4.Clamp(pixel, Vector4.Zero, new Vector4(255));
        Add(row);
    }
}
