using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>Measures what a coordinator asks of its journal: how many records to an append, and how long one takes.</summary>
sealed class MeteredJournal(IJournal inner, TimeProvider clock) : IJournal
{
    readonly List<double> _milliseconds = [];
    readonly List<int> _records = [];

    public string Description => inner.Description;

    public int Appends => _records.Count;

    public long Records => _records.Sum(count => (long)count);

    /// <summary>Records that this share of all appends does not exceed.</summary>
    public int RecordsPerAppend(double share) => Quantile.Of(_records, share);

    /// <summary>Milliseconds that this share of all appends does not exceed.</summary>
    public double AppendMilliseconds(double share) => Quantile.Of(_milliseconds, share);

    public Task<JournalStart> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, CancellationToken cancellationToken) =>
        inner.ReadAsync(afterSequence, cancellationToken);

    // One append at a time, so the lists need no lock.
    public async Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        await inner.AppendAsync(entries, cancellationToken).ConfigureAwait(false);
        _milliseconds.Add(clock.GetElapsedTime(began).TotalMilliseconds);
        _records.Add(entries.Count);
    }

    public Task RenewAsync(CancellationToken cancellationToken) => inner.RenewAsync(cancellationToken);

    public Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken) =>
        inner.SaveSnapshotAsync(sequence, state, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
