using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// One writer's transaction: taken back on dispose unless it was committed. The wait for the lock is tight: SQLite's own naps of 100 ms
/// can miss the short gaps that a busy writer leaves, for ever.
/// </summary>
readonly struct SqliteTurn : IDisposable
{
    const int Ok = 0;
    const int Busy = 5;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(SqliteFile.BusySeconds);

    readonly SqliteConnection _connection;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="SqliteException">Another connection does not let go of it.</exception>
    public SqliteTurn(SqliteConnection connection)
    {
        _connection = connection;
        SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, 0);
        try
        {
            var (start, spin) = (Stopwatch.GetTimestamp(), new SpinWait());
            while (SQLitePCL.raw.sqlite3_exec(connection.Handle, "begin immediate") is not Ok and var result)
            {
                if (result != Busy || Stopwatch.GetElapsedTime(start) > Patience)
                    SqliteException.ThrowExceptionForRC(result, connection.Handle);
                spin.SpinOnce();
            }
        }
        finally
        {
            SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle, SqliteFile.BusySeconds * 1000);
        }
    }

    /// <summary>Makes what was done in this turn last.</summary>
    public void Commit() =>
        SqliteException.ThrowExceptionForRC(SQLitePCL.raw.sqlite3_exec(_connection.Handle, "commit"), _connection.Handle);

    // Some failures take the transaction back by themselves; a failure to take it back is found by the next turn.
    public void Dispose()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0) SQLitePCL.raw.sqlite3_exec(_connection.Handle, "rollback");
    }
}
