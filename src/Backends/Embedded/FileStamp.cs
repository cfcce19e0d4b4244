namespace StyleFarm.Backends.Embedded;

/// <summary>Tells whether a file is likely the one that it was.</summary>
/// <param name="SizeBytes">Its size.</param>
/// <param name="ModifiedTicks">When it was written last: ticks of 100 ns, UTC.</param>
public readonly record struct FileStamp(long SizeBytes, long ModifiedTicks)
{
    /// <summary>The stamp of a file, to be taken before it is read; null when there is none.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}
