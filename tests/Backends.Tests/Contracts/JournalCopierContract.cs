using System.Text;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Contracts;

/// <summary>What every copier of a journal does. A backend's own class says how to open it.</summary>
public abstract class JournalCopierContract
{
    /// <summary>A journal of its own for each name.</summary>
    protected abstract IJournal Journal(string name);

    /// <summary>Its copier.</summary>
    protected abstract IJournalCopier Copier(string name);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_of_a_journal_that_is_being_written_starts_a_coordinator_where_that_moment_was()
    {
        await using var source = Journal("source");
        await source.OpenAsync(Stop);
        await source.AppendAsync([.. Enumerable.Range(1, 1500).Select(Entry)], Stop);
        await source.SaveSnapshotAsync(200, "{\"state\":200}"u8.ToArray(), Stop);

        var epoch = 0L;
        await Copier("source").ReadAsync(async (moment, entries) =>
        {
            // Not a part of that moment.
            await source.AppendAsync([Entry(1501)], Stop);
            epoch = await Copier("target").FillAsync(moment with { Epoch = 77 }, entries, Stop);
        }, Stop);

        Assert.Equal(77, epoch);
        await source.RenewAsync(Stop);
        await using var target = Journal("target");
        var start = await target.OpenAsync(Stop);
        Assert.Equal((78, 200, "{\"state\":200}"), (start.Epoch, start.SnapshotSequence, Encoding.UTF8.GetString(start.Snapshot.Span)));
        var sequences = new List<long>();
        await foreach (var entry in target.ReadAsync(200, Stop)) sequences.Add(entry.Sequence);
        Assert.Equal(Enumerable.Range(201, 1300).Select(number => (long)number), sequences);
        await target.AppendAsync([Entry(1501)], Stop);
    }

    [Fact]
    public async Task A_journal_that_is_not_empty_is_not_filled()
    {
        await using (var journal = Journal("target"))
        {
            await journal.OpenAsync(Stop);
            await journal.AppendAsync([Entry(1)], Stop);
        }

        var check = await Assert.ThrowsAsync<JournalException>(() => Copier("target").CheckEmptyAsync(Stop));
        var fill = await Assert.ThrowsAsync<JournalException>(() => Copier("target").FillAsync(Moment, Entries(1), Stop));

        Assert.All([check, fill], failure => Assert.Contains("holds 1 records", failure.Message));
        Assert.False(fill.IsTransient);
    }

    [Fact]
    public async Task A_copy_that_breaks_off_leaves_the_journal_empty()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Copier("target").FillAsync(Moment, Entries(700, breaksOff: true), Stop));

        await Copier("target").CheckEmptyAsync(Stop);
        await Copier("target").FillAsync(Moment with { Last = 2 }, Entries(2), Stop);
    }

    [Fact]
    public async Task A_journal_that_had_leaders_gets_a_higher_epoch_than_theirs()
    {
        await using (var journal = Journal("target"))
            for (var times = 0; times < 5; times++) await journal.OpenAsync(Stop);

        Assert.Equal(6, await Copier("target").FillAsync(Moment, Entries(1), Stop));
    }

    [Fact]
    public async Task There_is_nothing_to_copy_where_no_journal_is()
    {
        var failure = await Assert.ThrowsAsync<JournalException>(() => Copier("none").ReadAsync((_, _) => Task.CompletedTask, Stop));

        Assert.Contains("there is no journal", failure.Message);
        Assert.False(failure.IsTransient);
    }

    static JournalMoment Moment => new(Epoch: 3, Last: 1, SnapshotSequence: 0, Snapshot: default);

    static JournalEntry Entry(int sequence) => new(sequence, "kind", Encoding.UTF8.GetBytes($"{{\"n\":{sequence}}}"));

    static async IAsyncEnumerable<JournalEntry> Entries(int count, bool breaksOff = false)
    {
        for (var sequence = 1; sequence <= count; sequence++) yield return Entry(sequence);
        await Task.CompletedTask;
        if (breaksOff) throw new InvalidDataException("the disk of the backup is damaged");
    }
}
