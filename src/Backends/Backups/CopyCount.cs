namespace StyleFarm.Backends.Backups;

/// <summary>Counts objects for a <see cref="BackupProgress"/>; safe for many callers at once.</summary>
sealed class CopyCount(Action<BackupProgress>? told, long? of = null)
{
    readonly Lock _gate = new();
    long _objects;
    long _copied;
    long _bytes;

    public void Add(long bytes, bool isCopied)
    {
        lock (_gate)
        {
            _objects++;
            if (isCopied) (_copied, _bytes) = (_copied + 1, _bytes + bytes);
            told?.Invoke(new BackupProgress(_objects, _copied, _bytes, of));
        }
    }
}
