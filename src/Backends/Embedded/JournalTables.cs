using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using StyleFarm.Backends.Journals;
using StyleFarm.Messages.Ports;
using static StyleFarm.Backends.Journals.JournalChecksum;

namespace StyleFarm.Backends.Embedded;

/// <summary>The tables of a journal file, each row with a checksum. Who calls owns the connection and its transactions.</summary>
sealed class JournalTables(string path, SqliteConnection connection) : IDisposable
{
    const int Form = 1;

    // "SFJ1": tells a journal from the database of another program.
    const int ApplicationId = 0x53464A31;

    const string Tables =
        """
        create table head (id integer primary key, epoch integer not null, last integer not null, checksum integer not null);
        create table entries (sequence integer primary key, kind text not null, payload blob not null, checksum integer not null);
        create table snapshots (sequence integer primary key, state blob not null, checksum integer not null);
        """;

    readonly SqliteCommand _moveHead = connection.Prepared(
        "update head set epoch=$epoch, last=$last, checksum=$checksum where id=1 and epoch=$wasEpoch and last=$wasLast",
        "$epoch", "$last", "$checksum", "$wasEpoch", "$wasLast");

    readonly SqliteCommand _insert = connection.Prepared(
        "insert into entries (sequence, kind, payload, checksum) values ($sequence, $kind, $payload, $checksum)",
        "$sequence", "$kind", "$payload", "$checksum");

    readonly SqliteCommand _page = connection.Prepared(
        "select sequence, kind, payload, checksum from entries where sequence > $after order by sequence limit $count", "$after", "$count");

    /// <summary>Opens a journal file, making it if need be.</summary>
    /// <exception cref="JournalException">It is none, or of a newer form.</exception>
    public static JournalTables Open(string path)
    {
        var connection = SqliteFile.Open(path, isDurable: true);
        try
        {
            using (var turn = connection.Begin()) Prepare(path, connection, turn);
            return new JournalTables(path, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteTurn Begin() => connection.Begin();

    public void Run(string sql) => connection.Run(sql);

    /// <summary>The writer's epoch and the last record.</summary>
    /// <exception cref="JournalException">The row is damaged.</exception>
    public (long Epoch, long Last) Head()
    {
        using var command = connection.Prepared("select epoch, last, checksum from head where id=1");
        using var reader = command.ExecuteReader();
        if (reader.Read() && reader.GetValue(0) is long epoch && reader.GetValue(1) is long last && reader.GetValue(2) is long checksum
            && checksum == OfHead(epoch, last))
            return (epoch, last);
        throw JournalFailure.Damaged(path, "the row that names the last record and the writer is damaged");
    }

    /// <summary>Moves the head; false when it is no longer where it was thought to be.</summary>
    public bool MoveHead((long Epoch, long Last) from, (long Epoch, long Last) to) =>
        _moveHead.With(to.Epoch, to.Last, OfHead(to.Epoch, to.Last), from.Epoch, from.Last).ExecuteNonQuery() == 1;

    public void Insert(JournalEntry entry)
    {
        var payload = Bytes(entry.Payload);
        _insert.With(entry.Sequence, entry.Kind, payload, OfEntry(entry.Sequence, entry.Kind, payload)).ExecuteNonQuery();
    }

    /// <summary>The records that follow one, without gaps.</summary>
    /// <exception cref="JournalException">One of them is missing or damaged.</exception>
    public List<JournalEntry> Page(long after, int count)
    {
        var page = new List<JournalEntry>(count);
        using var reader = _page.With(after, count).ExecuteReader();
        while (reader.Read())
        {
            var (expected, sequence) = (after + page.Count + 1, reader.GetValue(0) as long? ?? 0);
            if (reader.GetValue(1) is not string { Length: > 0 } kind || reader.GetValue(2) is not byte[] payload
                || reader.GetValue(3) is not long checksum || checksum != OfEntry(sequence, kind, payload))
                throw JournalFailure.Damaged(path, $"record {expected} is damaged: it is not what was written");
            if (sequence != expected) throw Missing(expected, sequence - 1);
            page.Add(new JournalEntry(sequence, kind, payload));
        }

        return page;
    }

    public JournalException Missing(long first, long last) => JournalFailure.Damaged(path, SnapshotChoice.Missing(first, last));

    public long FirstEntry() => connection.Number("select min(sequence) from entries");

    /// <summary>The snapshots, newest first; one that is damaged has no state.</summary>
    public List<(long Sequence, byte[]? State)> Snapshots()
    {
        var all = new List<(long, byte[]?)>();
        using var command = connection.Prepared("select sequence, state, checksum from snapshots order by sequence desc");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var isWhole = reader.GetValue(1) is byte[] state && reader.GetValue(2) is long checksum
                && checksum == OfSnapshot(reader.GetInt64(0), state);
            all.Add((reader.GetInt64(0), isWhole ? (byte[])reader.GetValue(1) : null));
        }

        return all;
    }

    /// <summary>Keeps a snapshot and one before it, and the records since that.</summary>
    public void Keep(long sequence, ReadOnlyMemory<byte> state, long before)
    {
        var bytes = Bytes(state);
        using var insert = connection.Prepared(
            "insert or replace into snapshots (sequence, state, checksum) values ($sequence, $state, $checksum)",
            "$sequence", "$state", "$checksum");
        insert.With(sequence, bytes, OfSnapshot(sequence, bytes)).ExecuteNonQuery();
        if (before >= sequence) return;
        using var forget = connection.Prepared("delete from snapshots where sequence not in ($kept, $before)", "$kept", "$before");
        forget.With(sequence, before).ExecuteNonQuery();
        using var drop = connection.Prepared("delete from entries where sequence <= $before", "$before");
        drop.With(before).ExecuteNonQuery();
    }

    public void Dispose()
    {
        _moveHead.Dispose();
        _insert.Dispose();
        _page.Dispose();
        connection.Dispose();
    }

    static void Prepare(string path, SqliteConnection connection, SqliteTurn turn)
    {
        var form = connection.Number("pragma user_version");
        if (connection.Number("select count(*) from sqlite_master") == 0)
        {
            connection.Run(Tables);
            connection.Run($"insert into head (id, epoch, last, checksum) values (1, 0, 0, {OfHead(0, 0)})");
            connection.Run($"pragma application_id={ApplicationId}; pragma user_version={Form}");
            turn.Commit();
            return;
        }

        if (connection.Number("pragma application_id") != ApplicationId) throw JournalFailure.Foreign(path);
        if (form != Form) throw JournalFailure.Newer(path, form, Form);
    }

    // A snapshot can be large: what is a whole array is not copied.
    static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var part) && part.Array is { } array && array.Length == part.Count ? array : memory.ToArray();
}
