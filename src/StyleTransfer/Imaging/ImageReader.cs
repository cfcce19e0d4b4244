using System.Numerics;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>One image file being read: header first, pixels on demand and once.</summary>
sealed class ImageReader : IDisposable
{
    const int StripBytes = 1 << 20;

    delegate void RowAction(ReadOnlySpan<Vector4> row);

    readonly string _path;
    readonly VipsImageHandle _image;
    readonly NativeVips.Header _header;

    ImageReader(string path, VipsImageHandle image, NativeVips.Header header) => (_path, _image, _header) = (path, image, header);

    ImageSize Stored => new(_header.Width, _header.Height);

    public ImageInfo Info => new(
        ExifOrientation.Turns(_header.Orientation) ? Stored.Turned : Stored, (ImageFormat)_header.Format, _header.Bands,
        _header.HasAlpha != 0, _header.BitsPerSample, _header.Pages, _header.Orientation);

    bool IsCmyk => _header.Bands - (_header.HasAlpha != 0 ? 1 : 0) == 4;

    public void Dispose() => _image.Dispose();

    public static ImageReader Open(string path)
    {
        VipsLibrary.EnsureStarted();
        using var file = OpenFile(path);
        try
        {
            VipsLibrary.Check(NativeVips.sf_vips_open(file.SafeFileHandle, out var image, out var header, out var error), error);
            return new ImageReader(path, new VipsImageHandle(image), header);
        }
        catch (VipsException e)
        {
            throw e.Status == NativeVips.UnknownFormat ? ImageFaults.NotAnImage(path) : ImageFaults.Damaged(path, e);
        }
    }

    public void CheckSize(ImageLimits limits)
    {
        if (Info.Size.Pixels > limits.MaxPixels)
            throw ImageFaults.TooLarge(_path, Info.Size, limits);
    }

    public RgbImage Read(SizeSpec size, ImageLimits limits, bool convertProfile)
    {
        CheckSize(limits);
        var info = Info;
        var target = size.Resolve(info.Size);
        if (target.Pixels > limits.MaxPixels)
            throw ImageFaults.TargetTooLarge(_path, target, limits);
        try
        {
            return ReadPixels(info, target, convertProfile);
        }
        catch (VipsException e)
        {
            throw e.Status == NativeVips.Unsupported ? ImageFaults.Unsupported(_path, e) : ImageFaults.Damaged(_path, e);
        }
        catch (OutOfMemoryException e)
        {
            throw ImageFaults.OutOfMemory(_path, target, e);
        }
    }

    RgbImage ReadPixels(ImageInfo info, ImageSize target, bool convertProfile)
    {
        VipsLibrary.Check(NativeVips.sf_vips_begin_rows(_image, convertProfile ? 1 : 0, out var samples, out var sampleBytes, out var error), error);
        var sink = new PixelSink(target, info.Orientation, hasAlpha: samples == 4);
        var storedTarget = ExifOrientation.Turns(info.Orientation) ? target.Turned : target;
        if (storedTarget == Stored)
            ReadRows(samples, sampleBytes, sink.Add);
        else
        {
            var lanczos = new Lanczos3(Stored, storedTarget, (_, row) => sink.AddClamped(row));
            ReadRows(samples, sampleBytes, row => lanczos.Add(row));
        }
        var exif = GetBlob(NativeVips.Blob.Exif);
        return new RgbImage(target.Width, target.Height, sink.Pixels)
        {
            Alpha = sink.Alpha,
            Exif = exif is null ? null : ExifOrientation.StripPrefix(exif),
            IccProfile = GetBlob(NativeVips.Blob.Icc),
            IsInProfile = !convertProfile && !IsCmyk,
            SourceFormat = info.Format,
            SourceBitDepth = info.BitDepth,
            SourceSize = info.Size,
        };
    }

    unsafe void ReadRows(int samples, int sampleBytes, RowAction take)
    {
        var (width, height) = (_header.Width, _header.Height);
        var lineBytes = (long)width * samples * sampleBytes;
        var stripRows = (int)Math.Clamp(StripBytes / lineBytes, 1, height);
        var strip = new byte[lineBytes * stripRows];
        var row = new Vector4[width];
        for (var top = 0; top < height; top += stripRows)
        {
            var count = Math.Min(stripRows, height - top);
            fixed (byte* rows = strip)
                VipsLibrary.Check(NativeVips.sf_vips_read_rows(_image, top, count, rows, strip.LongLength, out var error), error);
            for (var i = 0; i < count; i++)
            {
                SampleRow.Unpack(strip.AsSpan((int)(i * lineBytes), (int)lineBytes), samples, sampleBytes, row);
                take(row);
            }
        }
    }

    unsafe byte[]? GetBlob(NativeVips.Blob blob)
    {
        VipsLibrary.Check(NativeVips.sf_vips_get_blob(_image, (int)blob, out var data, out var sizeBytes, out var error), error);
        return data == 0 ? null : new ReadOnlySpan<byte>((void*)data, checked((int)sizeBytes)).ToArray();
    }

    static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw ImageFaults.Folder(path);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (!file.CanSeek || file.Length > 0)
                return file;
            file.Dispose();
            throw ImageFaults.Empty(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw ImageFaults.Missing(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw ImageFaults.Unreadable(path, e);
        }
        catch (IOException e)
        {
            throw ImageFaults.ReadFailed(path, e);
        }
    }
}
