using System.Diagnostics.CodeAnalysis;

namespace StyleFarm.Backends.Embedded;

/// <summary>A bounded queue, as <see cref="LossyQueue{T}"/>, whose items are handed over one at a time, in order.</summary>
/// <param name="limit">Items that wait, at most.</param>
/// <param name="canBeSpared">Whether an item may be dropped to make room for a newer one.</param>
/// <param name="deliver">Takes one item; what it throws is told to <paramref name="fail"/>.</param>
/// <param name="fail">Told what a receiver threw.</param>
sealed class DeliveryQueue<T>(int limit, Predicate<T> canBeSpared, Action<T> deliver, Action<Exception> fail) : IThreadPoolWorkItem
{
    readonly Lock _gate = new();
    readonly object _turn = new();
    readonly LossyQueue<T> _items = new(limit, canBeSpared);
    bool _isRunning;
    bool _isClosed;

    /// <summary>How many items were dropped or refused.</summary>
    public long Lost
    {
        get
        {
            lock (_gate) return _items.Lost;
        }
    }

    /// <summary>Takes an item; false when the queue is closed. One that does not fit is counted as lost.</summary>
    public bool Add(T item)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            if (!_items.Add(item) || _isRunning) return true;
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
            rest = _items.TakeAll();
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

    bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_gate) return _items.TryTake(out item) || (_isRunning = false);
    }
}
