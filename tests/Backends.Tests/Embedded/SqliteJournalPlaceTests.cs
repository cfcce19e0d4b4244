using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Places that are no journal, that cannot be written, or that are full.</summary>
public sealed class SqliteJournalPlaceTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_in_its_place_is_named()
    {
        Directory.CreateDirectory(_folder["journal.db"]);

        Assert.Equal((false, "the journal must be a file, not a folder; give another path"), await FailureAsync(_folder["journal.db"]));
    }

    [Fact]
    public async Task A_file_in_the_place_of_its_folder_is_named()
    {
        await File.WriteAllTextAsync(_folder["state"], "", Stop);

        var (isTransient, message) = await FailureAsync(_folder["state/journal.db"]);

        Assert.False(isTransient);
        Assert.Matches(@"^the journal cannot be opened for writing \(.*\); choose a folder that exists and may be written$", message);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_damaged()
    {
        await File.WriteAllBytesAsync(_folder["journal.db"], [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))], Stop);

        var (isTransient, message) = await FailureAsync(_folder["journal.db"]);

        Assert.False(isTransient);
        Assert.StartsWith("the journal is damaged (SQLite error 26", message, StringComparison.Ordinal);
        Assert.Contains($"; restore a backup or move {_folder["journal.db"]} away: finished", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_left_alone()
    {
        RawSqlite.Run(_folder["journal.db"], "create table photos (id integer)");

        Assert.Equal(
            (false, "a database of another program, not a journal; give another path for the journal"),
            await FailureAsync(_folder["journal.db"]));
    }

    [Fact]
    public async Task A_journal_of_a_newer_stylefarm_is_left_alone()
    {
        await using (var journal = new SqliteJournal(_folder["journal.db"])) await journal.OpenAsync(Stop);
        RawSqlite.Run(_folder["journal.db"], "pragma user_version=2");

        var (isTransient, message) = await FailureAsync(_folder["journal.db"]);

        Assert.False(isTransient);
        Assert.StartsWith(
            "the journal was written by a newer stylefarm (form 2, known here is 1); use that version, or move", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_can_be_moved_away_while_its_log_stays_behind()
    {
        var path = _folder["journal.db"];
        await using (var journal = new SqliteJournal(path))
        {
            await journal.OpenAsync(Stop);
            await journal.AppendAsync([new JournalEntry(1, "old", new byte[10])], Stop);
            File.Copy(path + "-wal", _folder["kept-wal"]);
        }

        File.Delete(path);
        File.Move(_folder["kept-wal"], path + "-wal");
        await using var again = new SqliteJournal(path);

        Assert.Equal(1, (await again.OpenAsync(Stop)).Epoch);
        await foreach (var entry in again.ReadAsync(0, Stop)) Assert.Fail($"{entry.Kind} came back");
    }

    [Fact]
    public async Task A_disk_that_may_not_be_written_is_named_with_and_without_a_journal_on_it()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 1024);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        await using (var journal = new SqliteJournal(_folder["disk/old.db"])) await journal.OpenAsync(Stop);
        ReadOnlyDisk.Seal(disk);

        foreach (var name in new[] { "old.db", "new.db", "sub/new.db" })
        {
            var (isTransient, message) = await FailureAsync(_folder["disk/" + name]);

            Assert.False(isTransient);
            Assert.Matches(@"^the journal cannot be opened for writing \(.*\); choose a folder that exists and may be written$", message);
        }
    }

    [Fact]
    public async Task A_full_disk_is_transient_loses_nothing_acknowledged_and_goes_on_once_there_is_space()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 1024);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        await File.WriteAllBytesAsync(_folder["disk/filler"], new byte[300_000], Stop);
        var last = 0L;
        await using (var journal = new SqliteJournal(_folder["disk/journal.db"]))
        {
            await journal.OpenAsync(Stop);
            JournalException? error = null;
            while (error is null)
                try
                {
                    await journal.AppendAsync([Entry(last + 1), Entry(last + 2)], Stop);
                    last += 2;
                }
                catch (JournalException full)
                {
                    error = full;
                }

            Assert.True(error.IsTransient);
            Assert.EndsWith(
                "journal.db: the disk of the journal is full; free some space there, nothing that was acknowledged is lost",
                error.Message, StringComparison.Ordinal);
            error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([Entry(last + 1), Entry(last + 2)], Stop));
            Assert.True(error.IsTransient);

            File.Delete(_folder["disk/filler"]);
            await journal.AppendAsync([Entry(last + 1), Entry(last + 2)], Stop);
            last += 2;
            Assert.Equal(last, await CountAsync(journal));
        }

        await using var again = new SqliteJournal(_folder["disk/journal.db"]);
        await again.OpenAsync(Stop);
        Assert.Equal(last, await CountAsync(again));
    }

    [Fact]
    public async Task A_disk_that_is_full_at_the_start_is_transient_too()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 64);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        Assert.Throws<IOException>(() =>
        {
            using var filler = new FileStream(_folder["disk/filler"], FileMode.Create, FileAccess.Write, FileShare.None, 1);
            for (var i = 0; i < 1000; i++) filler.Write(new byte[4096]);
        });

        var (isTransient, message) = await FailureAsync(_folder["disk/journal.db"]);

        Assert.True(isTransient, message);
        Assert.StartsWith("the disk of the journal is full", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_does_not_let_go_is_transient()
    {
        await using var journal = new SqliteJournal(_folder["journal.db"]);
        await journal.OpenAsync(Stop);
        using (var other = RawSqlite.Open(_folder["journal.db"]))
        using (other.BeginTransaction(deferred: false))
        {
            var error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([Entry(1)], Stop));
            Assert.True(error.IsTransient);
            Assert.Contains("another process is writing to the journal", error.Message, StringComparison.Ordinal);
        }

        await journal.AppendAsync([Entry(1)], Stop);
    }

    [Fact]
    public async Task What_is_not_open_cannot_be_used_and_may_be_closed_twice()
    {
        var journal = new SqliteJournal(_folder["journal.db"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync([Entry(1)], Stop));
        await journal.OpenAsync(Stop);

        await journal.DisposeAsync();
        await journal.DisposeAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync([Entry(1)], Stop));
    }

    static async Task<(bool IsTransient, string Message)> FailureAsync(string path)
    {
        await using var journal = new SqliteJournal(path);
        var error = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return (error.IsTransient, error.Message[(path.Length + 2)..]);
    }

    static async Task<long> CountAsync(SqliteJournal journal)
    {
        var count = 0L;
        await foreach (var entry in journal.ReadAsync(0, Stop)) count = entry.Sequence;
        return count;
    }

    static JournalEntry Entry(long sequence) => new(sequence, "test", new byte[2000]);
}
