using System.Diagnostics.CodeAnalysis;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// A bounded queue. When it is full the oldest item that can be spared makes room; when there is none, the new one is refused. For one
/// caller at a time.
/// </summary>
/// <param name="limit">Items that wait, at most.</param>
/// <param name="canBeSpared">Whether an item may be dropped to make room for a newer one.</param>
sealed class LossyQueue<T>(int limit, Predicate<T> canBeSpared)
{
    readonly LinkedList<T> _items = new();
    readonly Queue<LinkedListNode<T>> _spare = new();

    /// <summary>How many items were dropped or refused.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes an item; false when it was refused.</summary>
    public bool Add(T item)
    {
        if (_items.Count >= limit)
        {
            Lost++;
            if (!_spare.TryDequeue(out var oldest)) return false;
            _items.Remove(oldest);
        }

        var node = _items.AddLast(item);
        if (canBeSpared(item)) _spare.Enqueue(node);
        return true;
    }

    /// <summary>Gives the oldest item.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        item = default;
        if (_items.First is not { } first) return false;
        _items.RemoveFirst();
        if (_spare.TryPeek(out var oldest) && ReferenceEquals(oldest, first)) _spare.Dequeue();
        item = first.Value;
        return true;
    }

    /// <summary>Gives all items, oldest first, and is empty.</summary>
    public List<T> TakeAll()
    {
        List<T> all = [.. _items];
        _items.Clear();
        _spare.Clear();
        return all;
    }
}
