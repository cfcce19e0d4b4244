namespace StyleFarm.Messages.Ports;

/// <summary>A journal as it stood at one moment, without the records that follow its snapshot.</summary>
/// <param name="Epoch">Of its writer.</param>
/// <param name="Last">The last record; 0 when there is none.</param>
/// <param name="SnapshotSequence">The last record that the snapshot holds; 0 without one.</param>
/// <param name="Snapshot">The state up to there; empty without one.</param>
public sealed record JournalMoment(long Epoch, long Last, long SnapshotSequence, ReadOnlyMemory<byte> Snapshot);

/// <summary>Takes copies of a journal, also while a coordinator writes it, and fills an empty one with a copy.</summary>
public interface IJournalCopier
{
    /// <summary>Where it is, for people; holds no secret.</summary>
    string Description { get; }

    /// <summary>Reads all that a coordinator would start from, as of one moment. Whoever writes the journal is not disturbed.</summary>
    /// <param name="take">Given the moment and the records after its snapshot, to be read once, within the call.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="JournalException">There is no journal, it is damaged, or it cannot be read.</exception>
    Task ReadAsync(Func<JournalMoment, IAsyncEnumerable<JournalEntry>, Task> take, CancellationToken cancellationToken);

    /// <summary>Makes sure that nothing is in it and that nobody leads.</summary>
    /// <exception cref="JournalException">One of the two is not so: what was found and the remedy are named.</exception>
    Task CheckEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Fills a journal that is empty and that nobody leads: with all of the copy, or with nothing.</summary>
    /// <param name="moment">The copy. The journal's epoch is at least that of it, and higher than the one that the journal had.</param>
    /// <param name="entries">The records after its snapshot.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The journal's epoch.</returns>
    /// <exception cref="JournalException">It is not empty, somebody leads, or it cannot be written.</exception>
    Task<long> FillAsync(JournalMoment moment, IAsyncEnumerable<JournalEntry> entries, CancellationToken cancellationToken);
}
