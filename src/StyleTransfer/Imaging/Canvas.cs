namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>A page of one grey that images and text are put on.</summary>
sealed class Canvas
{
    readonly int _width;
    readonly int _height;
    readonly float[] _pixels;

    public Canvas(int width, int height, float background)
    {
        (_width, _height) = (width, height);
        _pixels = new float[3L * width * height];
        Array.Fill(_pixels, background);
    }

    /// <summary>Copies an image; where it has alpha the page shows through.</summary>
    public void Place(RgbImage image, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
        {
            var target = _pixels.AsSpan(3 * ((top + y) * _width + left), 3 * image.Width);
            var source = image.Pixels.AsSpan(3 * y * image.Width, 3 * image.Width);
            if (image.Alpha is null)
                source.CopyTo(target);
            else
                for (var i = 0; i < target.Length; i++)
                    target[i] += (source[i] - target[i]) * image.Alpha[y * image.Width + i / 3] / 255;
        }
    }

    /// <summary>Inks text on; what would lie off the page is left out.</summary>
    public void Stamp(TextMask text, int left, int top, float ink)
    {
        for (var y = 0; y < Math.Min(text.Height, _height - top); y++)
            for (var x = 0; x < text.Width; x++)
            {
                var pixel = _pixels.AsSpan(3 * ((top + y) * _width + left + x), 3);
                var coverage = text.Coverage[y * text.Width + x] / 255f;
                foreach (ref var value in pixel)
                    value += (ink - value) * coverage;
            }
    }

    public RgbImage ToImage() => new(_width, _height, _pixels);
}
