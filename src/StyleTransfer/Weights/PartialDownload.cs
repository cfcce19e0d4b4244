using System.Net.Http.Headers;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// What has arrived of a download, kept between runs, and beside it a note of the URL and of the server's mark of the version (ETag or
/// date) to which the bytes belong.
/// </summary>
sealed class PartialDownload(string path, Uri url)
{
    readonly string _notePath = path + ".from";

    public string Path { get; } = path;

    /// <summary>Bytes on disk; 0 when there are none.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The version to which the bytes belong, or null when the server named none.</summary>
    public RangeConditionHeaderValue? Version { get; private set; }

    /// <summary>Looks at what an earlier run left; what came from another URL is dropped.</summary>
    public void Open() => Guard(() =>
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var note = File.Exists(_notePath) ? File.ReadAllLines(_notePath) : [];
        if (note is not [var from, ..] || from != url.AbsoluteUri) Drop();
        else if (note.Length > 1 && RangeConditionHeaderValue.TryParse(note[1], out var version)) Version = version;
    });

    /// <summary>Forgets the bytes.</summary>
    public void Drop() => Guard(() =>
    {
        File.Delete(Path);
        File.Delete(_notePath);
        Version = null;
    });

    /// <summary>Opens the file to write on from <paramref name="offset"/>, noting the version that the response belongs to.</summary>
    public FileStream Append(long offset, HttpResponseMessage response)
    {
        FileStream? stream = null;
        Guard(() =>
        {
            var tag = response.Headers.ETag;
            var date = response.Content.Headers.LastModified;
            // A weak tag cannot vouch for bytes.
            Version = tag is { IsWeak: false } ? new RangeConditionHeaderValue(tag)
                : date is { } modified ? new RangeConditionHeaderValue(modified) : null;
            stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1 << 20);
            stream.SetLength(offset);
            stream.Seek(offset, SeekOrigin.Begin);
            File.WriteAllLines(_notePath, [url.AbsoluteUri, Version?.ToString() ?? ""]);
        });
        return stream!;
    }

    /// <summary>Runs something that writes; its failure is told as one about this file.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailure(Path, error);
        }
    }
}
