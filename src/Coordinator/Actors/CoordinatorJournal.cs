using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.Telemetry;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Actors;

/// <summary>Calls of the journal that end with a message for the coordinator: what was done, or a failure.</summary>
sealed class CoordinatorJournal(IJournal journal, TimeProvider time)
{
    public async Task<object> OpenAsync()
    {
        try
        {
            return new JournalOpened(await FarmLog.OpenAsync(journal, CancellationToken.None).ConfigureAwait(false));
        }
        catch (JournalException e)
        {
            return new Status.Failure(e);
        }
    }

    /// <summary>One that was overtaken while it had nothing to write would not learn it otherwise, and go on answering.</summary>
    public async Task<object> RenewAsync()
    {
        try
        {
            await journal.RenewAsync(CancellationToken.None).ConfigureAwait(false);
            return new Renewed(null);
        }
        catch (JournalException e)
        {
            return e.IsTransient ? new Renewed(e.Message) : new Status.Failure(e);
        }
    }

    public async Task<object> AppendAsync(IReadOnlyList<JournalEntry> entries)
    {
        try
        {
            var began = time.GetTimestamp();
            await journal.AppendAsync(entries, CancellationToken.None).ConfigureAwait(false);
            FarmInstruments.Appended(entries.Count, time.GetElapsedTime(began));
            return new JournalAppended(entries[^1].Sequence);
        }
        catch (JournalException e)
        {
            return new Status.Failure(e);
        }
    }

    public async Task<object> SaveAsync(long sequence, byte[] state)
    {
        try
        {
            await journal.SaveSnapshotAsync(sequence, state, CancellationToken.None).ConfigureAwait(false);
            return new SnapshotSaved(sequence);
        }
        catch (JournalException e)
        {
            return new Status.Failure(e);
        }
    }
}
