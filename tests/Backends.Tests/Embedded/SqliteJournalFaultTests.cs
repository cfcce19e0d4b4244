using System.Text;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Files that are not as the journal left them: nothing is passed over in silence.</summary>
public sealed class SqliteJournalFaultTests : IDisposable
{
    const int Records = 60;

    readonly TempFolder _folder = new();
    readonly List<string> _notices = [];

    public void Dispose() => _folder.Dispose();

    string File_ => _folder["journal.db"];

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_byte_in_any_record_is_reported_with_its_sequence()
    {
        await FillAsync();
        var whole = await File.ReadAllBytesAsync(File_, Stop);
        var random = new Random(20240607);
        for (var sequence = 1; sequence <= Records; sequence++)
        {
            var bytes = whole.ToArray();
            var mark = Encoding.UTF8.GetBytes($"kind-{sequence}-payload-of-{sequence}-");
            var (within, bit) = (random.Next(mark.Length + 100), random.Next(8));
            // Pages that were split hold old copies.
            foreach (var at in Places(whole, mark)) bytes[at + within] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(File_, bytes, Stop);

            var error = await Assert.ThrowsAsync<JournalException>(ReadAllAsync);

            Assert.False(error.IsTransient);
            Assert.Equal($"{File_}: record {sequence} is damaged: it is not what was written; {Remedy}", error.Message);
        }
    }

    [Fact]
    public async Task A_changed_byte_anywhere_in_the_file_is_harmless_or_reported()
    {
        await FillAsync();
        var whole = await File.ReadAllBytesAsync(File_, Stop);
        var expected = await ReadAllAsync();
        const int Seed = 77;
        var random = new Random(Seed);
        var reported = 0;
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            var (at, bit) = (random.Next(bytes.Length), random.Next(8));
            bytes[at] ^= (byte)(1 << bit);
            await File.WriteAllBytesAsync(File_, bytes, Stop);
            foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(File_ + beside);
            try
            {
                Assert.Equal(expected, await ReadAllAsync());
            }
            catch (JournalException error)
            {
                Assert.StartsWith(File_ + ": ", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
                reported++;
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, round {round}: byte {at}, bit {bit}: {error}");
            }
        }

        Assert.InRange(reported, 50, 300);
    }

    [Theory]
    [InlineData("delete from entries where sequence=5", "record 5 is missing")]
    [InlineData("delete from entries where sequence between 3 and 7", "the records 3 to 7 are missing")]
    [InlineData("delete from entries where sequence=1", "record 1 is missing")]
    [InlineData("delete from entries where sequence>=55", "the records 55 to 60 are missing")]
    [InlineData("delete from entries", "the records 1 to 60 are missing")]
    [InlineData("update entries set kind='' where sequence=9", "record 9 is damaged: it is not what was written")]
    [InlineData("update entries set kind=1 where sequence=9", "record 9 is damaged: it is not what was written")]
    [InlineData("update entries set payload='text' where sequence=9", "record 9 is damaged: it is not what was written")]
    [InlineData("update entries set checksum=checksum+1 where sequence=9", "record 9 is damaged: it is not what was written")]
    [InlineData("update entries set sequence=1000 where sequence=9", "record 9 is missing")]
    [InlineData("insert into entries select 61,kind,payload,checksum from entries where sequence=1",
        "record 61 is damaged: it is not what was written")]
    [InlineData("""
        update entries set (kind,payload,checksum)=(select kind,payload,checksum from entries o where o.sequence=10) where sequence=9
        """, "record 9 is damaged: it is not what was written")]
    [InlineData("update head set epoch=0", "the row that names the last record and the writer is damaged")]
    [InlineData("update head set last=59", "the row that names the last record and the writer is damaged")]
    [InlineData("delete from head", "the row that names the last record and the writer is damaged")]
    [InlineData("drop table entries", "the journal is damaged")]
    public async Task Rows_that_are_gone_moved_or_changed_are_named(string change, string found)
    {
        await FillAsync();
        RawSqlite.Run(File_, change);

        var error = await Assert.ThrowsAsync<JournalException>(ReadAllAsync);

        Assert.False(error.IsTransient);
        Assert.StartsWith($"{File_}: {found}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(Remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_tail_of_the_write_ahead_log_loses_nothing_that_was_acknowledged()
    {
        var sizes = new List<long>();
        await using var journal = new SqliteJournal(File_);
        await journal.OpenAsync(Stop);
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            await journal.AppendAsync([Entry(sequence)], Stop);
            sizes.Add(new FileInfo(File_ + "-wal").Length);
        }

        var random = new Random(5);
        for (var acknowledged = 1; acknowledged < 20; acknowledged++)
        {
            var torn = _folder[$"torn{acknowledged}.db"];
            File.Copy(File_, torn);
            File.Copy(File_ + "-wal", torn + "-wal");
            using (var log = new FileStream(torn + "-wal", FileMode.Open))
                log.SetLength(random.NextInt64(sizes[acknowledged - 1], sizes[acknowledged]));

            Assert.Equal(acknowledged, (await ReadAllAsync(torn)).Count);
        }
    }

    [Theory]
    [InlineData("update snapshots set state=x'00' where sequence=40")]
    [InlineData("update snapshots set checksum=0 where sequence=40")]
    [InlineData("update snapshots set state='text' where sequence=40")]
    public async Task When_the_newest_snapshot_is_damaged_the_older_one_leads_to_the_present(string change)
    {
        await FillAsync(snapshots: [20, 40]);
        RawSqlite.Run(File_, change);

        await using (var journal = new SqliteJournal(File_, _notices.Add))
        {
            var start = await journal.OpenAsync(Stop);
            Assert.Equal((20, "state 20"), (start.SnapshotSequence, Encoding.UTF8.GetString(start.Snapshot.Span)));
            Assert.Equal(Records - 20, (await AllAsync(journal, 20)).Count);
            Assert.Equal($"{File_}: the snapshot of record 40 is damaged; the records since 20 are read instead", Assert.Single(_notices));
            await journal.SaveSnapshotAsync(50, "state 50"u8.ToArray(), Stop);
        }

        RawSqlite.Run(File_, "update snapshots set checksum=0 where sequence=50");
        await using var again = new SqliteJournal(File_, _notices.Add);
        Assert.Equal(20, (await again.OpenAsync(Stop)).SnapshotSequence);
    }

    [Fact]
    public async Task When_the_only_snapshot_is_damaged_all_records_are_read()
    {
        await FillAsync(snapshots: [30]);
        RawSqlite.Run(File_, "update snapshots set checksum=0");

        await using var journal = new SqliteJournal(File_, _notices.Add);

        Assert.Equal(0, (await journal.OpenAsync(Stop)).SnapshotSequence);
        Assert.Equal(Records, (await AllAsync(journal, 0)).Count);
        Assert.Single(_notices);
    }

    [Theory]
    [InlineData("update snapshots set checksum=0", "the snapshot of record 40 is damaged and the records before it are dropped")]
    [InlineData("update snapshots set checksum=0 where sequence=40; delete from entries where sequence<=40",
        "the snapshot of record 40 is damaged and the records before it are dropped")]
    [InlineData("delete from snapshots", "the records 1 to 20 are missing")]
    [InlineData("delete from entries", "the records 41 to 60 are missing")]
    [InlineData("delete from entries where sequence<=45", "the records 41 to 45 are missing")]
    public async Task When_nothing_leads_to_the_present_the_journal_does_not_open(string change, string found)
    {
        await FillAsync(snapshots: [20, 40]);
        RawSqlite.Run(File_, change);
        await using var journal = new SqliteJournal(File_);

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));

        Assert.False(error.IsTransient);
        Assert.Equal($"{File_}: {found}; {Remedy}", error.Message);
    }

    [Fact]
    public async Task Records_before_the_older_snapshot_are_dropped_and_the_file_stops_growing()
    {
        await using var journal = new SqliteJournal(File_);
        await journal.OpenAsync(Stop);
        for (var sequence = 1; sequence <= 400; sequence++)
        {
            await journal.AppendAsync([Entry(sequence)], Stop);
            if (sequence % 50 == 0) await journal.SaveSnapshotAsync(sequence, new byte[100], Stop);
        }

        Assert.Equal(50, (await AllAsync(journal, 350)).Count);
        var error = await Assert.ThrowsAsync<JournalException>(() => AllAsync(journal, 349));
        Assert.Contains("record 350 is missing", error.Message, StringComparison.Ordinal);
    }

    static IEnumerable<int> Places(byte[] bytes, byte[] mark)
    {
        for (int from = 0, at; (at = bytes.AsSpan(from).IndexOf(mark)) >= 0; from += at + 1) yield return from + at;
    }

    string Remedy => $"restore a backup or move {File_} away: finished pictures stay in the store and are not rendered again";

    async Task FillAsync(params long[] snapshots)
    {
        await using var journal = new SqliteJournal(File_);
        await journal.OpenAsync(Stop);
        for (var sequence = 1; sequence <= Records; sequence++)
        {
            await journal.AppendAsync([Entry(sequence)], Stop);
            if (snapshots.Contains(sequence)) await journal.SaveSnapshotAsync(sequence, Encoding.UTF8.GetBytes($"state {sequence}"), Stop);
        }
    }

    async Task<List<string>> ReadAllAsync() => await ReadAllAsync(File_);

    static async Task<List<string>> ReadAllAsync(string path)
    {
        await using var journal = new SqliteJournal(path);
        await journal.OpenAsync(Stop);
        return await AllAsync(journal, 0);
    }

    static async Task<List<string>> AllAsync(SqliteJournal journal, long after)
    {
        var all = new List<string>();
        await foreach (var entry in journal.ReadAsync(after, Stop)) all.Add($"{entry.Kind} {Encoding.UTF8.GetString(entry.Payload.Span)}");
        return all;
    }

    // In the file the kind stands right before the payload.
    static JournalEntry Entry(long sequence) =>
        new(sequence, $"kind-{sequence}-", Encoding.UTF8.GetBytes($"payload-of-{sequence}-{new string('x', 100)}"));
}
