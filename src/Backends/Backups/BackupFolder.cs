using System.Text;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Backups;

/// <summary>
/// A folder with one complete backup, or one under way, or both: <c>backup.json</c> names the journal's file, <c>store/</c> has the objects
/// under their keys, <c>index.db</c> their SHA-256. An interrupted backup leaves the complete one before it as good as it was: what the
/// store has besides does no harm.
/// </summary>
public sealed class BackupFolder
{
    const string FactsName = "backup.json";

    BackupFolder(string path) => Path = path;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    internal string IndexPath => PathOf("index.db");

    /// <summary>Where the objects are.</summary>
    public string StorePath => PathOf("store");

    internal string FactsPath => PathOf(FactsName);

    internal string NewJournalPath => PathOf("journal.new");

    /// <summary>A folder to make a backup in: a new one, an empty one, or one with a backup in it.</summary>
    /// <exception cref="StyleFarmException">BadInput: it holds something else, or cannot be made.</exception>
    public static BackupFolder ForWriting(string path)
    {
        var folder = new BackupFolder(System.IO.Path.GetFullPath(path));
        try
        {
            if (Directory.Exists(folder.Path) && Directory.EnumerateFileSystemEntries(folder.Path).Any() && !File.Exists(folder.IndexPath))
                throw StyleFarmException.BadInput($"{path}: the folder holds something else than a backup; give an empty or a new one");
            Directory.CreateDirectory(folder.Path);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{path}: the folder cannot be used ({e.Message.TrimEnd('.')}); give another", e);
        }
    }

    /// <summary>A folder with a complete backup in it.</summary>
    /// <exception cref="StyleFarmException">BadInput: there is none.</exception>
    public static (BackupFolder Folder, BackupFacts Facts) ForReading(string path)
    {
        var folder = new BackupFolder(System.IO.Path.GetFullPath(path));
        return folder.Facts() is { } facts ? (folder, facts) : throw StyleFarmException.BadInput(File.Exists(folder.IndexPath)
            ? $"{path}: the backup in it was interrupted; run `stylefarm backup --to {path}` again, which goes on from there"
            : $"{path}: there is no backup in it; give the folder that `stylefarm backup --to` has made");
    }

    /// <summary>What the complete backup is; null when there is none.</summary>
    /// <exception cref="StyleFarmException">BadInput: it cannot be read, or is of another form.</exception>
    internal BackupFacts? Facts()
    {
        try
        {
            return File.Exists(FactsPath) ? BackupFacts.Parse(FactsPath, File.ReadAllText(FactsPath)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{FactsPath}: cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Puts the new backup in the place of the one before.</summary>
    internal void Complete(BackupFacts facts)
    {
        var before = Facts();
        File.Move(NewJournalPath, PathOf(facts.Journal), overwrite: true);
        var aside = FactsPath + ".new";
        using (var file = new FileStream(aside, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(facts.ToJson().ToJsonString() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, FactsPath, overwrite: true);
        Libc.FlushFolder(Path);
        if (before is not null && before.Journal != facts.Journal) DeleteJournal(PathOf(before.Journal));
    }

    internal string JournalPathOf(BackupFacts facts) => PathOf(facts.Journal);

    internal static void DeleteJournal(string path)
    {
        foreach (var end in (string[])["", "-wal", "-shm"]) File.Delete(path + end);
    }

    string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
