using Microsoft.Data.Sqlite;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Backends.Embedded;

/// <summary>The tables of an index, each row with a checksum: a row that does not match its own is none.</summary>
sealed class IndexTables(SqliteConnection connection) : IDisposable
{
    const int Form = 2;

    // "SFI1".
    const int ApplicationId = 0x53464931;
    const int CacheKibibytes = 16 << 10;

    const string Tables =
        """
        create table pictures (path text primary key, size integer not null, modified integer not null, sha256 blob not null,
            width integer not null, height integer not null, format text not null, checksum integer not null) without rowid;
        create table outputs (path text primary key, cell text not null, form text not null, checksum integer not null) without rowid;
        """;

    readonly SqliteCommand _picture = connection.Prepared(
        "select size, modified, sha256, width, height, format, checksum from pictures where path=$path", "$path");

    readonly SqliteCommand _putPicture = connection.Prepared(
        "insert or replace into pictures values ($path, $size, $modified, $sha256, $width, $height, $format, $checksum)",
        "$path", "$size", "$modified", "$sha256", "$width", "$height", "$format", "$checksum");

    readonly SqliteCommand _output = connection.Prepared(
        "select cell, form, checksum from outputs where path=$path", "$path");

    readonly SqliteCommand _putOutput = connection.Prepared(
        "insert or replace into outputs values ($path, $cell, $form, $checksum)", "$path", "$cell", "$form", "$checksum");

    SqliteTurn? _turn;

    /// <summary>Opens a file, making it if need be; one of another form is emptied first.</summary>
    public static IndexTables Open(string path)
    {
        var connection = SqliteFile.Open(path, isDurable: false);
        try
        {
            connection.Run($"pragma cache_size=-{CacheKibibytes}");
            using (var turn = connection.Begin()) Prepare(path, connection, turn);
            return new IndexTables(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether a failure says that the file holds nonsense: then it can be begun anew.</summary>
    public static bool IsDamage(Exception error) => error is SqliteException { SqliteErrorCode: 1 or 11 or 26 };

    public KnownPicture? Picture(string path, FileStamp stamp)
    {
        using var reader = _picture.With(path).ExecuteReader();
        if (!reader.Read() || reader.GetValue(0) is not long size || reader.GetValue(1) is not long modified || stamp != new FileStamp(size, modified)
            || reader.GetValue(2) is not byte[] sha256 || reader.GetValue(3) is not long width || reader.GetValue(4) is not long height
            || reader.GetValue(5) is not string format || reader.GetValue(6) is not long checksum
            || checksum != OfPicture(path, stamp, sha256, width, height, format))
            return null;
        return new KnownPicture(Convert.ToHexStringLower(sha256), (int)width, (int)height, format);
    }

    public void Put(string path, FileStamp stamp, KnownPicture picture)
    {
        var sha256 = Convert.FromHexString(picture.Sha256);
        var checksum = OfPicture(path, stamp, sha256, picture.Width, picture.Height, picture.Format);
        _putPicture.With(path, stamp.SizeBytes, stamp.ModifiedTicks, sha256, picture.Width, picture.Height, picture.Format, checksum).ExecuteNonQuery();
    }

    public KnownOutput? Output(string path)
    {
        using var reader = _output.With(path).ExecuteReader();
        if (!reader.Read() || reader.GetValue(0) is not string cell || reader.GetValue(1) is not string form
            || reader.GetValue(2) is not long checksum || checksum != OfOutput(path, cell, form))
            return null;
        return new KnownOutput(new CellId(cell), form);
    }

    public void PutOutput(string path, KnownOutput known) =>
        _putOutput.With(path, known.Cell.ToString(), known.Form, OfOutput(path, known.Cell.ToString(), known.Form)).ExecuteNonQuery();

    public void Begin() => _turn = connection.Begin();

    public void Commit()
    {
        _turn?.Commit();
        _turn = null;
    }

    public void Dispose()
    {
        _turn?.Dispose();
        foreach (var command in new[] { _picture, _putPicture, _output, _putOutput }) command.Dispose();
        connection.Dispose();
    }

    static void Prepare(string path, SqliteConnection connection, SqliteTurn turn)
    {
        if (connection.Number("select count(*) from sqlite_master") > 0)
        {
            if (connection.Number("pragma application_id") != ApplicationId)
                throw new IOException($"{path} is a database of another program");
            if (connection.Number("pragma user_version") == Form) return;
            connection.Run("drop table if exists pictures; drop table if exists outputs");
        }

        connection.Run(Tables);
        connection.Run($"pragma application_id={ApplicationId}; pragma user_version={Form}");
        turn.Commit();
    }

    static long OfPicture(string path, FileStamp stamp, byte[] sha256, long width, long height, string format) =>
        new Checksum().Add(path).Add(stamp.SizeBytes).Add(stamp.ModifiedTicks).Add(sha256).Add(width).Add(height).Add(format).Value;

    static long OfOutput(string path, string cell, string form) => new Checksum().Add(path).Add(cell).Add(form).Value;
}
