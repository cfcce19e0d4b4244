namespace StyleFarm.Backends.Embedded;

/// <summary>
/// A bounded queue whose items are handed over one at a time, in order, on the thread pool. When it is full the oldest item that can be
/// spared makes room; when there is none, the new one is refused.
/// </summary>
/// <param name="limit">Items that wait, at most.</param>
/// <param name="canBeSpared">Whether an item may be dropped to make room for a newer one.</param>
/// <param name="deliver">Takes one item; what it throws is told to <paramref name="fail"/>.</param>
/// <param name="fail">Told what a receiver threw.</param>
sealed class DeliveryQueue<T>(int limit, Predicate<T> canBeSpared, Action<T> deliver, Action<Exception> fail) : IThreadPoolWorkItem
{
    readonly Lock _gate = new();
    readonly object _turn = new();
    readonly LinkedList<T> _items = new();
    readonly Queue<LinkedListNode<T>> _spare = new();
    bool _isRunning;
    bool _isClosed;
    long _lost;

    /// <summary>How many items were dropped or refused.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Takes an item; false when the queue is closed. One that does not fit is counted as lost.</summary>
    public bool Add(T item)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            if (_items.Count >= limit && !MakeRoom_NeedsLock()) return true;
            var node = _items.AddLast(item);
            if (canBeSpared(item)) _spare.Enqueue(node);
            if (_isRunning) return true;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>
    /// Ends delivery and gives back what was still waiting. A delivery that is under way is waited for, unless it is the one that closes
    /// the queue.
    /// </summary>
    public IReadOnlyList<T> Close()
    {
        List<T> rest;
        lock (_gate)
        {
            _isClosed = true;
            rest = [.. _items];
            _items.Clear();
            _spare.Clear();
        }

        lock (_turn) return rest;
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
            lock (_turn)
            {
                if (!TryTake(out var item)) return;
                try
                {
                    deliver(item);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    // The receiver's own fault must not keep what follows from it.
                    fail(error);
                }
            }
    }

    bool TryTake(out T item)
    {
        lock (_gate)
        {
            item = default!;
            if (_items.First is not { } first) return _isRunning = false;
            _items.RemoveFirst();
            if (_spare.TryPeek(out var oldest) && ReferenceEquals(oldest, first)) _spare.Dequeue();
            item = first.Value;
            return true;
        }
    }

    bool MakeRoom_NeedsLock()
    {
        Interlocked.Increment(ref _lost);
        if (!_spare.TryDequeue(out var oldest)) return false;
        _items.Remove(oldest);
        return true;
    }
}
