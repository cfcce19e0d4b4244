using System.Text;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Contracts;

/// <summary>What every journal does. A backend's own class says how to open it.</summary>
public abstract class JournalContract
{
    /// <summary>A journal over the same records each time; nothing is in them at first.</summary>
    protected abstract IJournal Another();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_journal_starts_with_epoch_one_and_without_records()
    {
        await using var journal = Another();

        var start = await journal.OpenAsync(Stop);

        Assert.Equal((1, 0, 0), (start.Epoch, start.SnapshotSequence, start.Snapshot.Length));
        Assert.Empty(await AllAsync(journal));
    }

    [Fact]
    public async Task A_writer_that_was_overtaken_learns_it_when_it_renews_its_place()
    {
        await using var first = Another();
        await first.OpenAsync(Stop);
        await first.RenewAsync(Stop);

        await using var second = Another();
        await second.OpenAsync(Stop);

        Assert.False((await Assert.ThrowsAsync<JournalException>(() => first.RenewAsync(Stop))).IsTransient);
        await second.RenewAsync(Stop);
    }

    [Fact]
    public async Task Records_come_back_in_order_as_they_were_appended()
    {
        await using (var journal = Another())
        {
            await journal.OpenAsync(Stop);
            await journal.AppendAsync([Entry(1, "größe", "{\"a\":1}"), Entry(2, "b", "")], Stop);
            await journal.AppendAsync([Entry(3)], Stop);
        }

        await using var again = Another();
        await again.OpenAsync(Stop);

        Assert.Equal(["1 größe {\"a\":1}", "2 b ", "3 kind {\"n\":3}"], await AllAsync(again));
        Assert.Equal(["3 kind {\"n\":3}"], await AllAsync(again, after: 2));
        Assert.Empty(await AllAsync(again, after: 3));
    }

    [Fact]
    public async Task A_payload_may_hold_any_bytes_and_be_a_part_of_a_larger_array()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await journal.AppendAsync([new JournalEntry(1, "bytes", all.AsMemory(10, 200))], Stop);

        await foreach (var entry in journal.ReadAsync(0, Stop)) Assert.Equal(all[10..210], entry.Payload.ToArray());
    }

    [Fact]
    public async Task Thousands_of_records_are_read_page_by_page()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);
        for (var first = 1; first <= 3000; first += 100)
            await journal.AppendAsync([.. Enumerable.Range(first, 100).Select(sequence => Entry(sequence))], Stop);

        var all = await AllAsync(journal, after: 5);

        Assert.Equal(Enumerable.Range(6, 2995).Select(sequence => $"{sequence} kind {{\"n\":{sequence}}}"), all);
    }

    [Fact]
    public async Task Nothing_is_appended_by_an_empty_batch()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);

        await journal.AppendAsync([], Stop);

        Assert.Empty(await AllAsync(journal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_record_that_does_not_follow_the_last_is_refused_with_its_whole_batch(long sequence)
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);
        await journal.AppendAsync([Entry(1), Entry(2)], Stop);

        var error = await Assert.ThrowsAsync<JournalException>(() => journal.AppendAsync([Entry(sequence), Entry(sequence + 1)], Stop));

        Assert.False(error.IsTransient || error.IsOvertaken);
        Assert.Equal(2, (await AllAsync(journal)).Count);
        await journal.AppendAsync([Entry(3)], Stop);
    }

    [Fact]
    public async Task A_batch_with_a_gap_or_an_empty_kind_is_misuse_and_leaves_nothing()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => journal.AppendAsync([Entry(1), Entry(3)], Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => journal.AppendAsync([Entry(1), Entry(2, "")], Stop));

        Assert.Empty(await AllAsync(journal));
    }

    [Fact]
    public async Task Each_opening_has_a_higher_epoch_and_the_one_before_can_write_no_more()
    {
        await using var first = Another();
        await using var second = Another();
        var before = await first.OpenAsync(Stop);
        await first.AppendAsync([Entry(1)], Stop);

        var after = await second.OpenAsync(Stop);

        Assert.True(after.Epoch > before.Epoch);
        var append = await Assert.ThrowsAsync<JournalException>(() => first.AppendAsync([Entry(2)], Stop));
        var snapshot = await Assert.ThrowsAsync<JournalException>(() => first.SaveSnapshotAsync(1, "{}"u8.ToArray(), Stop));
        Assert.False(append.IsTransient);
        Assert.False(snapshot.IsTransient);
        Assert.True(append.IsOvertaken && snapshot.IsOvertaken);
        Assert.Contains("another coordinator", append.Message, StringComparison.Ordinal);
        await second.AppendAsync([Entry(2)], Stop);
        Assert.Equal(2, (await AllAsync(second)).Count);
    }

    [Fact]
    public async Task Of_two_writers_that_race_only_the_last_opened_gets_its_records_in()
    {
        await using var first = Another();
        await using var second = Another();
        await first.OpenAsync(Stop);
        var acknowledged = 0L;
        var writing = Task.Run(async () =>
        {
            while (true)
            {
                await first.AppendAsync([Entry(acknowledged + 1, "first")], Stop);
                acknowledged++;
            }
        }, Stop);
        while (Volatile.Read(ref acknowledged) < 20) await Task.Yield();

        await second.OpenAsync(Stop);
        await Assert.ThrowsAsync<JournalException>(() => writing);
        var last = (await AllAsync(second)).Count;
        await second.AppendAsync([Entry(last + 1, "second")], Stop);

        Assert.Equal(acknowledged, last);
        Assert.Equal([.. Enumerable.Repeat("first", last), "second"], (await AllAsync(second)).Select(text => text.Split(' ')[1]));
    }

    [Fact]
    public async Task A_start_has_the_newest_snapshot_and_the_records_after_it_can_be_read()
    {
        await using (var journal = Another())
        {
            await journal.OpenAsync(Stop);
            for (var sequence = 1; sequence <= 9; sequence++)
            {
                await journal.AppendAsync([Entry(sequence)], Stop);
                if (sequence % 2 == 0) await journal.SaveSnapshotAsync(sequence, Encoding.UTF8.GetBytes($"state {sequence}"), Stop);
            }
        }

        await using var again = Another();
        var start = await again.OpenAsync(Stop);

        Assert.Equal((8, "state 8"), (start.SnapshotSequence, Encoding.UTF8.GetString(start.Snapshot.Span)));
        Assert.Equal(["9 kind {\"n\":9}"], await AllAsync(again, after: 8));
        await again.AppendAsync([Entry(10)], Stop);
    }

    [Fact]
    public async Task A_snapshot_of_the_same_record_replaces_the_one_before()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);
        await journal.AppendAsync([Entry(1)], Stop);
        await journal.SaveSnapshotAsync(1, "old"u8.ToArray(), Stop);
        await journal.SaveSnapshotAsync(1, "new"u8.ToArray(), Stop);

        await using var again = Another();

        Assert.Equal("new", Encoding.UTF8.GetString((await again.OpenAsync(Stop)).Snapshot.Span));
    }

    [Fact]
    public async Task A_cancelled_append_leaves_nothing()
    {
        await using var journal = Another();
        await journal.OpenAsync(Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => journal.AppendAsync([Entry(1)], new CancellationToken(canceled: true)));

        Assert.Empty(await AllAsync(journal));
    }

    protected static JournalEntry Entry(long sequence, string kind = "kind", string? payload = null) =>
        new(sequence, kind, Encoding.UTF8.GetBytes(payload ?? $"{{\"n\":{sequence}}}"));

    protected static async Task<List<string>> AllAsync(IJournal journal, long after = 0)
    {
        var all = new List<string>();
        await foreach (var entry in journal.ReadAsync(after, Stop))
            all.Add($"{entry.Sequence} {entry.Kind} {Encoding.UTF8.GetString(entry.Payload.Span)}");
        return all;
    }
}
