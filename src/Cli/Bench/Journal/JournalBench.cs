using StyleFarm.Backends.Cluster;
using StyleFarm.Coordinator.Log;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench.Journal;

/// <summary>What appends of one size gave.</summary>
/// <param name="Batch">Records to an append.</param>
/// <param name="AppendsPerSecond">One after another, each durable before the next.</param>
/// <param name="RecordsPerSecond">Records.</param>
/// <param name="TransitionsPerSecond">Changes of cells in them: found, claimed, accepted, put in place.</param>
/// <param name="MedianMilliseconds">Of an append.</param>
/// <param name="P99Milliseconds">Of an append.</param>
sealed record AppendRate(
    int Batch, double AppendsPerSecond, double RecordsPerSecond, double TransitionsPerSecond, double MedianMilliseconds,
    double P99Milliseconds);

/// <summary>What COPY gave, the fastest that a database takes rows: no head is moved on and no other writer kept out.</summary>
sealed record CopyRate(int Batch, double RecordsPerSecond);

/// <summary>What a start that reads all records took.</summary>
/// <param name="Records">How many.</param>
/// <param name="RecordsPerSecond">Read, checked and folded.</param>
/// <param name="ReadPerSecond">Only read and checked.</param>
/// <param name="Bytes">What the journal takes on disk.</param>
sealed record ReplayRate(long Records, double RecordsPerSecond, double ReadPerSecond, long Bytes);

/// <summary>Measures a journal with the records that a coordinator writes.</summary>
/// <param name="Place">The journal.</param>
/// <param name="Time">How long to append at each size.</param>
/// <param name="Clock">The time.</param>
sealed record JournalBench(BenchJournal Place, TimeSpan Time, TimeProvider Clock)
{
    const int CopiedRecords = 50_000;

    readonly IEnumerator<JournalEntry> _records = PaperHistory.Records().GetEnumerator();
    long _written;

    IJournal Journal => Place.Journal;

    /// <summary>Becomes the writer; before all else.</summary>
    public Task OpenAsync(CancellationToken cancellation) => Journal.OpenAsync(cancellation);

    /// <summary>Appends, so many records at a time; making them up does not count.</summary>
    public async Task<AppendRate> AppendAsync(int batch, CancellationToken cancellation)
    {
        var milliseconds = new List<double>();
        for (var total = 0.0; total < Time.TotalMilliseconds; total += milliseconds[^1])
        {
            var entries = Next(batch);
            var began = Clock.GetTimestamp();
            await Journal.AppendAsync(entries, cancellation).ConfigureAwait(false);
            milliseconds.Add(Clock.GetElapsedTime(began).TotalMilliseconds);
        }

        var appends = milliseconds.Count / (milliseconds.Sum() / 1000);
        return new AppendRate(batch, appends, appends * batch, appends * batch * PaperHistory.TransitionsPerRecord,
            Quantile.Of(milliseconds, 0.5), Quantile.Of(milliseconds, 0.99));
    }

    /// <summary>Copies records into a table like the journal's; null where there is no such thing.</summary>
    public async Task<CopyRate?> CopyAsync(int batch, CancellationToken cancellation)
    {
        if (Place.Database is not { } database) return null;
        var entries = PaperHistory.Records().Take(CopiedRecords).ToList();
        var took = await PostgresScratch.CopyAsync(database, entries, batch, Clock, cancellation).ConfigureAwait(false);
        return new CopyRate(batch, entries.Count / took.TotalSeconds);
    }

    /// <summary>Starts as a coordinator does, from the first record.</summary>
    public async Task<ReplayRate> ReplayAsync(CancellationToken cancellation)
    {
        var began = Clock.GetTimestamp();
        await FarmLog.OpenAsync(Journal, cancellation).ConfigureAwait(false);
        var folded = Clock.GetElapsedTime(began).TotalSeconds;
        began = Clock.GetTimestamp();
        await foreach (var _ in Journal.ReadAsync(0, cancellation).ConfigureAwait(false))
            cancellation.ThrowIfCancellationRequested();
        var read = Clock.GetElapsedTime(began).TotalSeconds;
        return new ReplayRate(_written, _written / folded, _written / read, await Place.SizeAsync().ConfigureAwait(false));
    }

    List<JournalEntry> Next(int count)
    {
        var entries = new List<JournalEntry>(count);
        for (; entries.Count < count && _records.MoveNext(); _written++) entries.Add(_records.Current);
        return entries;
    }
}
