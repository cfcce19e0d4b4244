using System.Diagnostics.CodeAnalysis;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>Remembers the newest entries, up to a limit.</summary>
sealed class RecentMap<TKey, TValue>(int limit)
    where TKey : notnull
{
    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public int Count => _entries.Count;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.TryGetValue(key, out var node);
        value = found ? node!.Value.Value : default;
        return found;
    }

    /// <summary>Puts a value, as the newest; the oldest goes when there are too many.</summary>
    public void Put(TKey key, TValue value)
    {
        Remove(key);
        _entries[key] = _order.AddLast((key, value));
        if (_entries.Count > limit) Remove(_order.First!.Value.Key);
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out var node)) _order.Remove(node);
    }
}
