namespace StyleFarm.Actors;

internal enum Offer
{
    Accepted,
    Full,
    Closed,
}

/// <summary>
/// The bounded first-in-first-out queue of one actor, a ring that grows up to its limit. A channel would do for arrivals, but a stash
/// puts back at the front, and what the kernel itself owes an actor must get in over the limit.
/// </summary>
/// <param name="capacity">How many messages wait at most; more are refused unless forced.</param>
/// <param name="gate">The lock where several threads arrive; null where one thread does everything.</param>
internal sealed class MessageQueue(int capacity, Lock? gate)
{
    Envelope[] _ring = [];
    int _head;
    volatile int _count;
    bool _closed;

    public int Count => _count;

    public int Capacity => capacity;

    public Offer Add(in Envelope envelope, bool force)
    {
        if (gate is null) return AddNow(envelope, force);
        lock (gate) return AddNow(envelope, force);
    }

    public bool TryTake(out Envelope envelope)
    {
        if (gate is null) return TakeNow(out envelope);
        lock (gate) return TakeNow(out envelope);
    }

    /// <summary>Puts back at the front, over the limit if need be.</summary>
    public void PutFirst(in Envelope envelope)
    {
        if (gate is null) PutFirstNow(envelope);
        else
            lock (gate) PutFirstNow(envelope);
    }

    /// <summary>Refuses everything from now on; what is inside can still be taken.</summary>
    public void Close()
    {
        if (gate is null) _closed = true;
        else
            lock (gate) _closed = true;
    }

    Offer AddNow(in Envelope envelope, bool force)
    {
        if (_closed) return Offer.Closed;
        var count = _count;
        if (count >= capacity && !force) return Offer.Full;
        if (count == _ring.Length) Grow();
        _ring[(_head + count) & (_ring.Length - 1)] = envelope;
        _count = count + 1;
        return Offer.Accepted;
    }

    bool TakeNow(out Envelope envelope)
    {
        var count = _count;
        if (count == 0)
        {
            envelope = default;
            return false;
        }
        ref var slot = ref _ring[_head];
        envelope = slot;
        slot = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count = count - 1;
        return true;
    }

    void PutFirstNow(in Envelope envelope)
    {
        if (_count == _ring.Length) Grow();
        _head = (_head - 1) & (_ring.Length - 1);
        _ring[_head] = envelope;
        _count++;
    }

    void Grow()
    {
        var larger = new Envelope[Math.Max(4, _ring.Length * 2)];
        for (var i = 0; i < _count; i++) larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        (_ring, _head) = (larger, 0);
    }
}
