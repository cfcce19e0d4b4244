namespace StyleFarm.Messages.Ports;

/// <summary>One record of the journal.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Kind">The fixed name of what happened; never empty.</param>
/// <param name="Payload">What happened, as UTF-8 JSON.</param>
public readonly record struct JournalEntry(long Sequence, string Kind, ReadOnlyMemory<byte> Payload);

/// <summary>What a coordinator starts from.</summary>
/// <param name="Epoch">Higher than that of every coordinator before.</param>
/// <param name="SnapshotSequence">The last record that the snapshot holds; 0 without one.</param>
/// <param name="Snapshot">The state up to there, as UTF-8 JSON; empty without one.</param>
public sealed record JournalStart(long Epoch, long SnapshotSequence, ReadOnlyMemory<byte> Snapshot);

/// <summary>
/// The coordinator's event log: its truth. One coordinator writes at a time; one that was overtaken can write no more. Calls are made
/// one after the other.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Where it is, for people; holds no secret.</summary>
    string Description { get; }

    /// <summary>Becomes the writer, with a new epoch.</summary>
    /// <exception cref="JournalException">It cannot be opened, or is damaged.</exception>
    Task<JournalStart> OpenAsync(CancellationToken cancellationToken);

    /// <summary>The records after a sequence, in order.</summary>
    /// <exception cref="JournalException">A record is torn, missing or changed: its place and the remedy are named.</exception>
    IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, CancellationToken cancellationToken);

    /// <summary>Appends records that follow the last one; durable, all of them or none, when the task completes.</summary>
    /// <exception cref="JournalException">They could not be appended.</exception>
    Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken);

    /// <summary>Makes sure that this is still the writer, and keeps its place where a place expires. May be called beside other calls.</summary>
    /// <exception cref="JournalException">Another has taken over (not transient), or the journal does not answer.</exception>
    Task RenewAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the state up to a record; earlier records may be dropped.</summary>
    /// <exception cref="JournalException">It could not be kept.</exception>
    Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken);
}

/// <summary>A failure of the journal.</summary>
/// <param name="message">One line that names the place, what was found and the remedy.</param>
/// <param name="isTransient">Whether it may work later. Not: a damaged record, another writer.</param>
/// <param name="inner">The cause.</param>
public sealed class JournalException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may work later.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether another coordinator leads now: this one can write nothing more, and must stop.</summary>
    public bool IsOvertaken { get; init; }
}
