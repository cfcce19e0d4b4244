using Microsoft.Data.Sqlite;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Changes a file behind the back of who keeps it.</summary>
static class RawSqlite
{
    static RawSqlite() => SQLitePCL.Batteries_V2.Init();

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    public static void Run(string path, string sql)
    {
        using var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
