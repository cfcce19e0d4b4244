using Microsoft.Data.Sqlite;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Backends.Embedded;

/// <summary>What a picture was found to be.</summary>
/// <param name="Sha256">Of the file, 64 lower-case hex digits.</param>
/// <param name="Width">Upright, in pixels.</param>
/// <param name="Height">Upright, in pixels.</param>
/// <param name="Format">By its content, such as <c>Jpeg</c>.</param>
public sealed record KnownPicture(string Sha256, int Width, int Height, string Format);

/// <summary>What was written for a user.</summary>
/// <param name="Cell">Whose picture it is.</param>
/// <param name="Form">How it was written: format, quality, metadata; empty while it is being written.</param>
public sealed record KnownOutput(CellId Cell, string Form);

/// <summary>
/// Remembers what pictures are and which results were written, so that a run over an archive that was seen before need not read it again.
/// It may be lost: what is damaged is begun anew, and where it cannot be kept, nothing is remembered; either is told, and never an error.
/// What was put is kept at the latest with the <see cref="BatchSize"/>th, or the first one <see cref="BatchTime"/> later. Safe for many
/// callers at once.
/// </summary>
public sealed class InputIndex : IDisposable
{
    /// <summary>What was put since the last flush, at most.</summary>
    public const int BatchSize = 2000;

    /// <summary>How long what was put waits, at most, while more comes.</summary>
    public static readonly TimeSpan BatchTime = TimeSpan.FromSeconds(2);

    // File systems keep times in steps of up to 2 s: what was written just now could be written again without a trace.
    static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    readonly string _path;
    readonly TimeProvider _clock;
    readonly Action<string>? _notice;
    IndexTables? _tables;
    int _waiting;
    long _firstWaits;

    /// <summary>Opens an index, making it if need be.</summary>
    /// <param name="path">The file; belongs to one process at a time.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Told, in one line each, what was amiss.</param>
    public InputIndex(string path, TimeProvider clock, Action<string>? notice = null)
    {
        (_path, _clock, _notice) = (Path.GetFullPath(path), clock, notice);
        lock (_gate) Open_NeedsLock();
    }

    /// <summary>What a file is, if it was seen with this stamp.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="stamp">Its stamp now.</param>
    public KnownPicture? Picture(string path, FileStamp stamp) => Tried(tables => tables.Picture(path, stamp));

    /// <summary>Remembers what a file is, unless it was written within the last 2 s.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="stamp">Its stamp, taken before it was read.</param>
    /// <param name="picture">What it is.</param>
    public void Put(string path, FileStamp stamp, KnownPicture picture)
    {
        if (_clock.GetUtcNow().UtcTicks - stamp.ModifiedTicks < Settled.Ticks) return;
        Put(tables => tables.Put(path, stamp, picture));
    }

    /// <summary>What was written to a place, if anything.</summary>
    /// <param name="path">Its full path.</param>
    public KnownOutput? Output(string path) => Tried(tables => tables.Output(path));

    /// <summary>Remembers what was written to a place.</summary>
    public void PutOutput(string path, KnownOutput known) => Put(tables => tables.PutOutput(path, known));

    /// <summary>Keeps what was put so far.</summary>
    public void Flush()
    {
        lock (_gate) Tried_NeedsLock(tables => Flushed_NeedsLock(tables));
    }

    /// <summary>Keeps what was put and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Tried_NeedsLock(tables => Flushed_NeedsLock(tables));
            Close_NeedsLock();
        }
    }

    void Put(Action<IndexTables> put) => Tried(tables =>
    {
        if (_waiting++ == 0)
        {
            _firstWaits = _clock.GetTimestamp();
            tables.Begin();
        }

        put(tables);
        return _waiting < BatchSize && _clock.GetElapsedTime(_firstWaits) < BatchTime ? null : Flushed_NeedsLock(tables);
    });

    object? Flushed_NeedsLock(IndexTables tables)
    {
        if (_waiting > 0) tables.Commit();
        _waiting = 0;
        return null;
    }

    T? Tried<T>(Func<IndexTables, T?> work)
        where T : class
    {
        lock (_gate) return Tried_NeedsLock(work);
    }

    T? Tried_NeedsLock<T>(Func<IndexTables, T?> work)
        where T : class
    {
        try
        {
            return _tables is null ? null : work(_tables);
        }
        catch (SqliteException error)
        {
            Recover_NeedsLock(error);
            return null;
        }
    }

    void Open_NeedsLock()
    {
        try
        {
            _tables = IndexTables.Open(_path);
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            Recover_NeedsLock(error);
        }
    }

    void Recover_NeedsLock(Exception error)
    {
        Close_NeedsLock();
        var reason = error;
        if (IndexTables.IsDamage(error))
            try
            {
                foreach (var beside in new[] { "-wal", "-shm", "" }) File.Delete(_path + beside);
                _tables = IndexTables.Open(_path);
                _notice?.Invoke($"{_path}: the index of pictures was damaged ({Reason(error)}) and is begun anew; pictures are read again");
                return;
            }
            catch (Exception again) when (IsOfSystem(again))
            {
                reason = again;
            }

        _notice?.Invoke($"{_path}: the index of pictures cannot be kept ({Reason(reason)}); the next run will read all of them again");
    }

    void Close_NeedsLock()
    {
        _tables?.Dispose();
        (_tables, _waiting) = (null, 0);
    }

    static bool IsOfSystem(Exception error) => error is SqliteException or IOException or UnauthorizedAccessException;

    static string Reason(Exception error) =>
        error is SqliteException sqlite ? SqliteFile.Reason(sqlite) : error.Message.Split('\n')[0].TrimEnd('.');
}
