using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Log;

/// <summary>
/// Events as records of the journal. Kind names are fixed for ever; a changed meaning gets a new name. A record that cannot be read stops
/// the start: passing over it would make up a history that never was.
/// </summary>
public static class FarmEventCodec
{
    static readonly Dictionary<string, JsonTypeInfo> Kinds = new()
    {
        ["job-submitted"] = FarmEventJson.Default.JobSubmitted,
        ["job-scan-began"] = FarmEventJson.Default.JobScanBegan,
        ["job-status-changed"] = FarmEventJson.Default.JobStatusChanged,
        ["job-priority-changed"] = FarmEventJson.Default.JobPriorityChanged,
        ["cells-found"] = FarmEventJson.Default.CellsFound,
        ["shard-formed"] = FarmEventJson.Default.ShardFormed,
        ["shard-leased"] = FarmEventJson.Default.ShardLeased,
        ["shard-released"] = FarmEventJson.Default.ShardReleased,
        ["shard-dissolved"] = FarmEventJson.Default.ShardDissolved,
        ["cell-accepted"] = FarmEventJson.Default.CellAccepted,
        ["cell-published"] = FarmEventJson.Default.CellPublished,
        ["cell-halted"] = FarmEventJson.Default.CellHalted,
        ["cell-promoted"] = FarmEventJson.Default.CellPromoted,
        ["cell-dropped"] = FarmEventJson.Default.CellDropped,
        ["cell-attempt-failed"] = FarmEventJson.Default.CellAttemptFailed,
        ["cell-gave-up"] = FarmEventJson.Default.CellGaveUp,
        ["cells-retried"] = FarmEventJson.Default.CellsRetried,
    };

    static readonly Dictionary<Type, string> Names = Kinds.ToDictionary(kind => kind.Value.Type, kind => kind.Key);

    /// <summary>An event as a record.</summary>
    public static JournalEntry Encode(long sequence, FarmEvent happened)
    {
        var kind = Names[happened.GetType()];
        return new JournalEntry(sequence, kind, JsonSerializer.SerializeToUtf8Bytes(happened, Kinds[kind]));
    }

    /// <summary>The event of a record.</summary>
    /// <exception cref="JournalException">Of an unknown kind, or not to be read; the sequence and the remedy are named.</exception>
    public static FarmEvent Decode(JournalEntry entry)
    {
        if (!Kinds.TryGetValue(entry.Kind, out var type))
            throw Unreadable(entry, "is of a kind not known here: the journal was written by a newer stylefarm; run that one", null);
        try
        {
            return (FarmEvent?)JsonSerializer.Deserialize(entry.Payload.Span, type) ?? throw Unreadable(entry, "is empty", null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Unreadable(entry, $"cannot be read ({e.Message.Split('\n')[0]})", e);
        }
    }

    static JournalException Unreadable(JournalEntry entry, string what, Exception? inner) =>
        new($"record {entry.Sequence} of the journal ('{entry.Kind}') {what}", isTransient: false, inner);
}
