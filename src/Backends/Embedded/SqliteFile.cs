using System.Globalization;
using Microsoft.Data.Sqlite;

namespace StyleFarm.Backends.Embedded;

/// <summary>Opens SQLite files alike.</summary>
static class SqliteFile
{
    /// <summary>How long to wait for another connection that writes.</summary>
    public const int BusySeconds = 5;

    static SqliteFile()
    {
        // libvips brings the system's own SQLite into the global scope (for OpenSlide). Calls that ours makes within itself are bound when
        // they are first made, and would end in that other one from then on.
        Libc.LoadBound("libe_sqlite3.so");
        SQLitePCL.Batteries_V2.Init();
    }

    /// <summary>Opens a file, making it and its folder if need be, with a write-ahead log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDurable">Whether a commit has reached the disk when it returns; else only a crash of the system can lose it.</param>
    public static SqliteConnection Open(string path, bool isDurable)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            connection.Open();
            // Another process may hold the file while the log is switched on.
            connection.Run($"pragma busy_timeout={BusySeconds * 1000}");
            connection.Run("pragma journal_mode=wal");
            connection.Run($"pragma synchronous={(isDurable ? "full" : "normal")}");
            connection.Run("pragma cell_size_check=on");
            connection.Run("pragma journal_size_limit=67108864");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Becomes the one who writes, until the turn is disposed.</summary>
    public static SqliteTurn Begin(this SqliteConnection connection) => new(connection);

    /// <summary>Runs statements.</summary>
    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The whole number that a query has as its first value; 0 for none.</summary>
    public static long Number(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>A statement with its parameters, <c>$a</c> first, to be bound by place and run often.</summary>
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    /// <summary>Binds values in the order of the parameters.</summary>
    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command;
    }

    /// <summary>What SQLite says, on one line.</summary>
    public static string Reason(SqliteException error) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"SQLite error {error.SqliteExtendedErrorCode}, {error.Message.Split('\n')[0].TrimEnd('.', ' ')}");
}
