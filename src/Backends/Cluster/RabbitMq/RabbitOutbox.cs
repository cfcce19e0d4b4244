using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using StyleFarm.Backends.Embedded;

namespace StyleFarm.Backends.Cluster;

/// <summary>What a parcel is, as the <c>type</c> of its message says.</summary>
static class ParcelType
{
    public const string Message = "message";
    public const string Canary = "canary";
    public const string DeadLetter = "dead-letter";
}

/// <summary>Something to be published.</summary>
/// <param name="Type">One of <see cref="ParcelType"/>.</param>
/// <param name="From">The sender's address, a canary's owner, or why it is a dead letter.</param>
/// <param name="Queue">Where it goes.</param>
/// <param name="Body">What is sent.</param>
/// <param name="CanBeSpared">Whether a newer one of its kind says it all.</param>
/// <param name="At">When it was posted, by the clock's timestamps.</param>
sealed record RabbitParcel(string Type, string From, string Queue, byte[] Body, bool CanBeSpared, long At);

/// <summary>Wakes one who waits, however often it is rung.</summary>
sealed class RabbitBell
{
    readonly Channel<bool> _rung = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    public async ValueTask WaitAsync() => await _rung.Reader.ReadAsync();
}

/// <summary>
/// What waits for the broker, bounded: when it is full the oldest that can be spared makes room, or else the oldest. So a short outage
/// is bridged, and after a long one the newest is left.
/// </summary>
sealed class RabbitOutbox<T>(int limit, Predicate<T> canBeSpared, RabbitBell bell)
{
    readonly Lock _gate = new();
    readonly Queue<T> _unconfirmed = new();
    readonly LossyQueue<T> _items = new(limit, canBeSpared);

    /// <summary>How many were dropped to make room.</summary>
    public long Lost
    {
        get
        {
            lock (_gate) return _items.Lost;
        }
    }

    public void Add(T item)
    {
        lock (_gate)
            if (!_items.Add(item))
            {
                // It was counted as lost; the oldest is, in its place.
                _items.TryTake(out _);
                _items.Add(item);
            }
        bell.Ring();
    }

    /// <summary>Puts back what was taken and not confirmed: it goes first.</summary>
    public void PutBack(IEnumerable<T> items)
    {
        lock (_gate)
            foreach (var item in items) _unconfirmed.Enqueue(item);
        bell.Ring();
    }

    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_gate) return _unconfirmed.TryDequeue(out item) || _items.TryTake(out item);
    }
}
