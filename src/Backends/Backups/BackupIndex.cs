using Microsoft.Data.Sqlite;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Backups;

/// <summary>One object of a backup.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="ModifiedTicks">When it was written, where it came from.</param>
/// <param name="Sha256">Of its content, 64 lower-case hex digits.</param>
readonly record struct BackedUp(StoreKey Key, long SizeBytes, long ModifiedTicks, string Sha256);

/// <summary>The objects of a backup, on disk: a million of them need no memory. Safe for many callers at once.</summary>
sealed class BackupIndex : IDisposable
{
    const int BatchRows = 500;
    const int Page = 1000;

    readonly Lock _gate = new();
    readonly string _path;
    readonly SqliteConnection _connection;
    readonly SqliteCommand _put;
    readonly SqliteCommand _find;
    int _waiting;

    public BackupIndex(string path)
    {
        _path = path;
        _connection = Tried(() => SqliteFile.Open(path, isDurable: false));
        try
        {
            Tried(() => _connection.Run(
                "create table if not exists objects (key text primary key, size integer not null, modified integer not null, "
                + "sha256 text not null, run text not null) without rowid"));
            _put = Tried(() => _connection.Prepared(
                "insert or replace into objects (key, size, modified, sha256, run) values ($key, $size, $modified, $sha256, $run)",
                "$key", "$size", "$modified", "$sha256", "$run"));
            _find = Tried(() => _connection.Prepared("select size, modified, sha256 from objects where key = $key", "$key"));
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public BackedUp? Find(StoreKey key)
    {
        lock (_gate)
            return Tried<BackedUp?>(() =>
            {
                using var reader = _find.With(key.ToString()).ExecuteReader();
                return reader.Read() ? new BackedUp(key, reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2)) : null;
            });
    }

    /// <summary>Keeps what a backup has; on the disk after a number of them, or <see cref="Flush"/>.</summary>
    public void Put(BackedUp found, string run)
    {
        lock (_gate)
            Tried(() =>
            {
                if (_waiting++ == 0) _connection.Run("begin");
                _put.With(found.Key.ToString(), found.SizeBytes, found.ModifiedTicks, found.Sha256, run).ExecuteNonQuery();
                if (_waiting >= BatchRows) Commit();
            });
    }

    public void Flush()
    {
        lock (_gate) Tried(Commit);
    }

    /// <summary>All objects, or those that a backup did not see, in the order of their keys.</summary>
    public IEnumerable<BackedUp> All(string? notOf = null)
    {
        for (var after = ""; ;)
        {
            List<BackedUp> page;
            lock (_gate) page = Tried(() => PageAfter(after, notOf ?? ""));
            foreach (var found in page) yield return found;
            if (page.Count < Page) break;
            after = page[^1].Key.ToString();
        }
    }

    /// <summary>How many objects a backup saw, and their size.</summary>
    public (long Objects, long Bytes) Sum(string run)
    {
        lock (_gate)
            return Tried(() =>
            {
                using var command = _connection.Prepared("select count(*), coalesce(sum(size), 0) from objects where run = $run", "$run");
                using var reader = command.With(run).ExecuteReader();
                reader.Read();
                return (reader.GetInt64(0), reader.GetInt64(1));
            });
    }

    public void Remove(StoreKey key)
    {
        lock (_gate)
            Tried(() =>
            {
                using var command = _connection.Prepared("delete from objects where key = $key", "$key");
                command.With(key.ToString()).ExecuteNonQuery();
            });
    }

    public void Dispose()
    {
        _put.Dispose();
        _find.Dispose();
        _connection.Dispose();
    }

    List<BackedUp> PageAfter(string after, string notOf)
    {
        var page = new List<BackedUp>();
        using var command = _connection.Prepared(
            "select key, size, modified, sha256 from objects where key > $after and ($run = '' or run <> $run) order by key limit $count",
            "$after", "$run", "$count");
        using var reader = command.With(after, notOf, Page).ExecuteReader();
        while (reader.Read())
            page.Add(new BackedUp(new StoreKey(reader.GetString(0)), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3)));
        return page;
    }

    void Commit()
    {
        if (_waiting > 0) _connection.Run("commit");
        _waiting = 0;
    }

    void Tried(Action work) => Tried(() =>
    {
        work();
        return true;
    });

    T Tried<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw StyleFarmException.BadInput($"{_path}: the list of the backup's objects cannot be used ({Reason(e)}); "
                + "it must be on a disk that can be written; or begin a new backup in another folder", e);
        }
    }

    static string Reason(Exception e) => e is SqliteException sqlite ? SqliteFile.Reason(sqlite) : e.Message.Split('\n')[0].TrimEnd('.');
}
