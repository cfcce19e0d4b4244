namespace StyleFarm.Actors;

internal sealed class ActorStash(ActorCell cell) : IStash
{
    readonly LinkedList<Envelope> _aside = new();
    long _lastTurn = -1;

    public int Count => _aside.Count;

    public bool IsEmpty => Count == 0;

    public bool NonEmpty => Count > 0;

    public bool IsFull => Count >= Capacity;

    public int Capacity => cell.Mailbox.Messages.Capacity;

    public void Stash()
    {
        var message = cell.CurrentMessage ?? throw new IllegalActorStateException("There is no message to stash");
        if (_lastTurn == cell.Turn) throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        if (IsFull)
            throw new StashOverflowException($"Couldn't enqueue message {message} from {cell.Sender} to stash of {cell.Self}");
        _lastTurn = cell.Turn;
        _aside.AddLast(new Envelope(message, cell.SenderOrNull));
    }

    public void Unstash()
    {
        if (_aside.First is not { } oldest) return;
        _aside.RemoveFirst();
        PutBack(oldest.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        for (var node = _aside.Last; node is not null; node = node.Previous)
            if (predicate(node.Value)) PutBack(node.Value);
        _aside.Clear();
    }

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _aside];
        _aside.Clear();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Distinct().Reverse()) _aside.AddFirst(envelope);
    }

    void PutBack(in Envelope envelope)
    {
        cell.Mailbox.Messages.PutFirst(envelope);
        if (envelope.Message is Terminated terminated) cell.Watches.Requeue(terminated);
    }
}
