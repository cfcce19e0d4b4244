namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The kind of an image file, by its content. The values are those of the native edge.</summary>
public enum ImageFormat
{
    /// <summary>Not from a file.</summary>
    None = 0,

    /// <summary>JPEG.</summary>
    Jpeg = 1,

    /// <summary>PNG.</summary>
    Png = 2,

    /// <summary>WebP.</summary>
    WebP = 3,

    /// <summary>TIFF.</summary>
    Tiff = 4,

    /// <summary>HEIF and AVIF; read only, and only where libvips was built with it.</summary>
    Heif = 5,

    /// <summary>GIF; read only, first frame.</summary>
    Gif = 6,
}
