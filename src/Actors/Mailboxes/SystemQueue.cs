namespace StyleFarm.Actors;

/// <summary>
/// Messages of the kernel to one cell: a lock-free list that many add to and the cell empties; unbounded, as nothing in it may be lost.
/// </summary>
internal sealed class SystemQueue
{
    static readonly SystemMessage Closed = new Create();

    SystemMessage? _newest;

    public bool IsEmpty
    {
        get
        {
            var newest = Volatile.Read(ref _newest);
            return newest is null || ReferenceEquals(newest, Closed);
        }
    }

    /// <returns>False when the cell is gone.</returns>
    public bool TryAdd(SystemMessage message)
    {
        while (true)
        {
            var newest = Volatile.Read(ref _newest);
            if (ReferenceEquals(newest, Closed)) return false;
            message.Next = newest;
            if (Interlocked.CompareExchange(ref _newest, message, newest) == newest) return true;
        }
    }

    /// <returns>All there is, oldest first, linked; null when nothing.</returns>
    public SystemMessage? TakeAll() => IsEmpty ? null : Reverse(Interlocked.Exchange(ref _newest, null));

    /// <summary>Refuses everything from now on.</summary>
    /// <returns>What was still inside, oldest first.</returns>
    public SystemMessage? Close()
    {
        var rest = Interlocked.Exchange(ref _newest, Closed);
        return ReferenceEquals(rest, Closed) ? null : Reverse(rest);
    }

    static SystemMessage? Reverse(SystemMessage? newest)
    {
        SystemMessage? oldest = null;
        while (newest is not null)
        {
            (newest.Next, oldest, newest) = (oldest, newest, newest.Next);
        }
        return oldest;
    }
}
