using System.Text.Json;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Log;

/// <summary>What a coordinator begins with.</summary>
/// <param name="Epoch">Its epoch.</param>
/// <param name="State">The fold of all that happened.</param>
/// <param name="Sequence">Of the last event in it.</param>
/// <param name="SnapshotSequence">Of the last event in the newest snapshot.</param>
public sealed record FarmBeginning(long Epoch, FarmState State, long Sequence, long SnapshotSequence);

/// <summary>The farm's state on the journal.</summary>
public static class FarmLog
{
    /// <summary>Opens the journal and folds it.</summary>
    /// <exception cref="JournalException">It cannot be opened, or a record does not fit; its place is named.</exception>
    public static async Task<FarmBeginning> OpenAsync(IJournal journal, CancellationToken cancellationToken)
    {
        var start = await journal.OpenAsync(cancellationToken).ConfigureAwait(false);
        var state = start.Snapshot.IsEmpty ? new FarmState() : FarmState.Of(Read(start, journal));
        var sequence = start.SnapshotSequence;
        await foreach (var entry in journal.ReadAsync(start.SnapshotSequence, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                state.Apply(FarmEventCodec.Decode(entry));
            }
            catch (InvalidOperationException e)
            {
                throw new JournalException(
                    $"{journal.Description}: record {entry.Sequence} ('{entry.Kind}') does not follow from those before it "
                    + $"({e.Message}); restore a backup, or move the journal away: finished pictures stay in the store and are not "
                    + "rendered again", false, e);
            }

            sequence = entry.Sequence;
        }

        return new FarmBeginning(start.Epoch, state, sequence, start.SnapshotSequence);
    }

    /// <summary>The state as the journal keeps it.</summary>
    public static byte[] Write(FarmState state) => JsonSerializer.SerializeToUtf8Bytes(state.Image(), WireJson.Options);

    static FarmSnapshot Read(JournalStart start, IJournal journal)
    {
        try
        {
            return JsonSerializer.Deserialize<FarmSnapshot>(start.Snapshot.Span, WireJson.Options)
                ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new JournalException(
                $"{journal.Description}: the snapshot up to record {start.SnapshotSequence} cannot be read ({e.Message.Split('\n')[0]})",
                false, e);
        }
    }
}
