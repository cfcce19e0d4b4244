using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresJournalFaultTests(DevServices services) : IAsyncLifetime
{
    PostgresPlace _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await PostgresPlace.NewAsync(services);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("update entries set payload = '{}' where sequence = 3", "record 3 is damaged")]
    [InlineData("update entries set kind = 'other' where sequence = 5", "record 5 is damaged")]
    [InlineData("update entries set sequence = 9 where sequence = 5", "record 5 is damaged")]
    [InlineData("delete from entries where sequence = 2", "record 2 is missing")]
    [InlineData("delete from entries where sequence in (2, 3)", "the records 2 to 3 are missing")]
    [InlineData("delete from entries where sequence >= 4", "the records 4 to 5 are missing")]
    public async Task A_record_that_is_changed_or_missing_is_named(string damage, string says)
    {
        await FillAsync();
        await _place.RunAsync(damage);
        await using var journal = _place.Journal();
        await journal.OpenAsync(Stop);

        var error = await Assert.ThrowsAsync<JournalException>(async () => await CountAsync(journal));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData("update head set last = last - 1", "the row that names the last record and the writer is damaged")]
    [InlineData("update head set epoch = epoch + 1", "the row that names the last record and the writer is damaged")]
    [InlineData("delete from head", "the row that names the last record and the writer is damaged")]
    [InlineData("delete from entries where sequence = 1", "record 1 is missing")]
    [InlineData("drop table entries", "the tables are not those of a journal")]
    [InlineData("insert into form (version) values (7)", "newer stylefarm (form 7, known here is 1); use that version")]
    public async Task A_journal_that_cannot_be_begun_with_is_refused(string damage, string says)
    {
        await FillAsync();
        await _place.RunAsync(damage);
        await using var journal = _place.Journal();

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(_place.Schema, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_damaged_snapshot_gives_way_to_the_one_before_with_the_records_since()
    {
        await FillAsync(snapshots: [2, 4]);
        await _place.RunAsync("update snapshots set state = 'x' where sequence = 4");
        var notices = new List<string>();
        await using var journal = new PostgresJournal(_place.Address, notice: notices.Add);

        var start = await journal.OpenAsync(Stop);

        Assert.Equal(2, start.SnapshotSequence);
        Assert.Equal(3, await CountAsync(journal, after: 2));
        Assert.Contains("the snapshot of record 4 is damaged; the records since 2 are read instead", Assert.Single(notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_snapshots_are_kept_and_the_records_since_the_older()
    {
        await FillAsync(snapshots: [1, 2, 4]);

        await using var connection = await _place.ConnectAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "select (select string_agg(sequence::text, ' ' order by sequence) from snapshots) || ' | ' || (select min(sequence) from entries)", connection);
        Assert.Equal("2 4 | 3", await command.ExecuteScalarAsync(Stop));
    }

    [Fact]
    public async Task Tables_of_another_program_are_left_alone()
    {
        await _place.RunAsync($"create schema {_place.Schema}; create table {_place.Schema}.entries (id int)");
        await using var journal = _place.Journal();

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.OpenAsync(Stop));

        Assert.Contains("tables of another program; give another with ?schema=", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_journal_is_brought_to_the_newer_form_and_keeps_its_records()
    {
        await FillAsync();
        string[] migrations = [.. PostgresSchema.Migrations, "alter table entries add column note text", "update entries set note = kind"];
        await using var newer = new PostgresJournal(_place.Address, null, null, migrations);

        await newer.OpenAsync(Stop);

        Assert.Equal(5, await CountAsync(newer));
        await newer.AppendAsync([new JournalEntry(6, "kind", default)], Stop);
        await using var older = _place.Journal();
        var error = await Assert.ThrowsAsync<JournalException>(() => older.OpenAsync(Stop));
        Assert.Contains("newer stylefarm (form 3, known here is 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_journal_as_it_was()
    {
        await FillAsync();
        await using var broken = new PostgresJournal(
            _place.Address, null, null, [.. PostgresSchema.Migrations, "delete from entries", "alter table nothing add column x int"]);

        await Assert.ThrowsAsync<JournalException>(() => broken.OpenAsync(Stop));

        await using var journal = _place.Journal();
        await journal.OpenAsync(Stop);
        Assert.Equal(5, await CountAsync(journal));
    }

    [Fact]
    public async Task Journals_that_begin_at_the_same_time_make_the_tables_once()
    {
        var journals = Enumerable.Range(0, 6).Select(_ => _place.Journal()).ToList();

        var starts = await Task.WhenAll(journals.Select(journal => journal.OpenAsync(Stop)));

        Assert.Equal([1, 2, 3, 4, 5, 6], starts.Select(start => start.Epoch).Order());
        foreach (var journal in journals) await journal.DisposeAsync();
    }

    [Fact]
    public async Task Two_farms_in_one_database_do_not_meet()
    {
        await FillAsync();
        await using var other = (await PostgresPlace.NewAsync(services)).Journal();

        await other.OpenAsync(Stop);

        Assert.Equal(0, await CountAsync(other));
    }

    [Fact]
    public async Task A_journal_that_is_not_open_cannot_be_used()
    {
        await using var journal = _place.Journal();

        await Assert.ThrowsAsync<InvalidOperationException>(() => journal.AppendAsync([new JournalEntry(1, "kind", default)], Stop));
    }

    async Task FillAsync(params long[] snapshots)
    {
        await using var journal = _place.Journal();
        await journal.OpenAsync(Stop);
        for (var sequence = 1L; sequence <= 5; sequence++)
        {
            await journal.AppendAsync([new JournalEntry(sequence, $"kind{sequence}", "{\"a\":1}"u8.ToArray())], Stop);
            if (snapshots.Contains(sequence)) await journal.SaveSnapshotAsync(sequence, "{\"s\":1}"u8.ToArray(), Stop);
        }
    }

    static async Task<int> CountAsync(PostgresJournal journal, long after = 0)
    {
        var count = 0;
        await foreach (var _ in journal.ReadAsync(after, Stop)) count++;
        return count;
    }
}
