using System.Text.Json;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Log;

/// <summary>
/// Events as records of the journal. Kind names are fixed for ever; a changed meaning gets a new name. A record that cannot be read stops
/// the start: passing over it would make up a history that never was.
/// </summary>
public static class FarmEventCodec
{
    static readonly Dictionary<string, Type> Kinds = new()
    {
        ["job-submitted"] = typeof(JobSubmitted),
        ["job-scan-began"] = typeof(JobScanBegan),
        ["job-status-changed"] = typeof(JobStatusChanged),
        ["job-priority-changed"] = typeof(JobPriorityChanged),
        ["cells-found"] = typeof(CellsFound),
        ["shard-formed"] = typeof(ShardFormed),
        ["shard-leased"] = typeof(ShardLeased),
        ["shard-released"] = typeof(ShardReleased),
        ["shard-dissolved"] = typeof(ShardDissolved),
        ["cells-acquitted"] = typeof(CellsAcquitted),
        ["cell-accepted"] = typeof(CellAccepted),
        ["cell-published"] = typeof(CellPublished),
        ["cell-halted"] = typeof(CellHalted),
        ["cell-promoted"] = typeof(CellPromoted),
        ["cell-dropped"] = typeof(CellDropped),
        ["cell-attempt-failed"] = typeof(CellAttemptFailed),
        ["cell-gave-up"] = typeof(CellGaveUp),
        ["cells-retried"] = typeof(CellsRetried),
    };

    static readonly Dictionary<Type, string> Names = Kinds.ToDictionary(kind => kind.Value, kind => kind.Key);

    /// <summary>An event as a record.</summary>
    public static JournalEntry Encode(long sequence, FarmEvent happened)
    {
        var kind = Names[happened.GetType()];
        return new JournalEntry(sequence, kind, JsonSerializer.SerializeToUtf8Bytes(happened, Kinds[kind], WireJson.Options));
    }

    /// <summary>The event of a record.</summary>
    /// <exception cref="JournalException">Of an unknown kind, or not to be read; the sequence and the remedy are named.</exception>
    public static FarmEvent Decode(JournalEntry entry)
    {
        if (!Kinds.TryGetValue(entry.Kind, out var type))
            throw Unreadable(entry, "is of a kind not known here: the journal was written by a newer stylefarm; run that one", null);
        try
        {
            return (FarmEvent?)JsonSerializer.Deserialize(entry.Payload.Span, type, WireJson.Options)
                ?? throw Unreadable(entry, "is empty", null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Unreadable(entry, $"cannot be read ({e.Message.Split('\n')[0]})", e);
        }
    }

    static JournalException Unreadable(JournalEntry entry, string what, Exception? inner) =>
        new($"record {entry.Sequence} of the journal ('{entry.Kind}') {what}", isTransient: false, inner);
}
