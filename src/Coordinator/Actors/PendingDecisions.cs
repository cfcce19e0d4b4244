using StyleFarm.Coordinator.Log;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Actors;

/// <summary>Decisions on their way into the journal: while one append runs, all that is decided meanwhile gathers for the next.</summary>
sealed class PendingDecisions
{
    readonly Queue<(long Sequence, object Release)> _releases = new();
    List<JournalEntry> _entries = [];

    /// <summary>Of the last event decided.</summary>
    public long Sequence { get; private set; }

    /// <summary>Events that no append has taken yet.</summary>
    public int Events => _entries.Count;

    /// <summary>Whether an append runs.</summary>
    public bool IsAppending { get; private set; }

    /// <summary>Begins after the last record of the journal.</summary>
    public void Begin(long sequence) => Sequence = sequence;

    /// <summary>Adds a decision, and something to do besides its effects.</summary>
    public void Add(Decision decision, Action? reply)
    {
        foreach (var happened in decision.Events) _entries.Add(FarmEventCodec.Encode(++Sequence, happened));
        foreach (var effect in decision.Effects) _releases.Enqueue((Sequence, effect));
        if (reply is not null) _releases.Enqueue((Sequence, reply));
    }

    /// <summary>Takes all events for one append.</summary>
    public IReadOnlyList<JournalEntry> Take()
    {
        var taken = _entries;
        _entries = [];
        IsAppending = true;
        return taken;
    }

    /// <summary>What may be let go once the journal has come to a sequence.</summary>
    public IEnumerable<object> Release(long durable)
    {
        IsAppending = false;
        while (_releases.TryPeek(out var next) && next.Sequence <= durable) yield return _releases.Dequeue().Release;
    }
}
