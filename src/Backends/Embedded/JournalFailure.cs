using Microsoft.Data.Sqlite;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>What to tell about a journal file that does not do what it should.</summary>
static class JournalFailure
{
    // A table is not there.
    const int Error = 1;
    const int Busy = 5;
    const int Locked = 6;
    const int ReadOnly = 8;
    const int Io = 10;
    const int Corrupt = 11;
    const int Full = 13;
    const int CannotOpen = 14;
    const int Constraint = 19;
    const int NotADatabase = 26;

    // The index of the write-ahead log could not grow: that is how SQLite meets a full disk when it opens a file.
    const int IoIndexSize = 4874;

    /// <summary>A record, or the file, is not as it was written.</summary>
    public static JournalException Damaged(string path, string found, Exception? inner = null) => new(
        $"{path}: {found}; restore a backup or move {path} away: finished pictures stay in the store and are not rendered again",
        isTransient: false, inner);

    /// <summary>Another coordinator has become the writer.</summary>
    public static JournalException Overtaken(string path, long epoch, long now) => new(
        $"{path}: another coordinator has taken over (epoch {now}, this one has {epoch}); this one must stop", isTransient: false)
    {
        IsOvertaken = true,
    };

    /// <summary>The journal of a StyleFarm to come.</summary>
    public static JournalException Newer(string path, long found, long known) => new(
        $"{path}: the journal was written by a newer stylefarm (form {found}, known here is {known}); use that version, or move {path} "
        + "away: finished pictures stay in the store and are not rendered again",
        isTransient: false);

    /// <summary>Not a journal at all.</summary>
    public static JournalException Foreign(string path) => new(
        $"{path}: a database of another program, not a journal; give another path for the journal", isTransient: false);

    /// <summary>What the system or SQLite says.</summary>
    public static JournalException Of(string path, Exception error)
    {
        if (Directory.Exists(path)) return new($"{path}: the journal must be a file, not a folder; give another path", false, error);
        return error is SqliteException sqlite ? Of(path, sqlite) : Refused(path, error.Message, error);
    }

    static JournalException Of(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        Full => DiskFull(path, error),
        Io when error.SqliteExtendedErrorCode == IoIndexSize => DiskFull(path, error),
        Error or Corrupt or NotADatabase or Constraint => Damaged(path, $"the journal is damaged ({SqliteFile.Reason(error)})", error),
        Busy or Locked => new($"{path}: another process is writing to the journal and does not let go; stop it", true, error),
        ReadOnly or CannotOpen => Refused(path, SqliteFile.Reason(error), error),
        _ => new($"{path}: the journal cannot be read or written ({SqliteFile.Reason(error)}); look after the disk", true, error),
    };

    static JournalException DiskFull(string path, Exception error) =>
        new($"{path}: the disk of the journal is full; free some space there, nothing that was acknowledged is lost", true, error);

    static JournalException Refused(string path, string reason, Exception error) => new(
        $"{path}: the journal cannot be opened for writing ({reason.Split('\n')[0].TrimEnd('.')}); "
        + "choose a folder that exists and may be written",
        isTransient: false, error);
}
