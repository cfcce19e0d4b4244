using System.Collections.Concurrent;

namespace StyleFarm.Actors;

/// <summary>Publish and subscribe inside one system, by type: a subscriber of a class or interface gets all that is one.</summary>
public sealed class EventStream
{
    readonly Lock _gate = new();
    volatile Table _table = new([]);

    internal bool HasSubscribers => _table.Subscriptions.Length > 0;

    /// <returns>Whether this is news.</returns>
    public bool Subscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            if (_table.Subscriptions.Contains((classifier, subscriber))) return false;
            _table = new Table([.. _table.Subscriptions, (classifier, subscriber)]);
            return true;
        }
    }

    /// <returns>Whether there was such a subscription.</returns>
    public bool Unsubscribe(IActorRef subscriber, Type classifier) => Remove(entry => entry == (classifier, subscriber));

    /// <returns>Whether there was any.</returns>
    public bool Unsubscribe(IActorRef subscriber) => HasSubscribers && Remove(entry => entry.Subscriber.Equals(subscriber));

    /// <summary>Tells everybody who subscribed to a type that <paramref name="event"/> is of.</summary>
    public void Publish(object @event)
    {
        var table = _table;
        if (table.Subscriptions.Length == 0) return;
        foreach (var receiver in table.ReceiversOf(@event.GetType())) receiver.Tell(@event, ActorRefs.NoSender);
    }

    internal bool HasSubscribersOf(Type type)
    {
        var table = _table;
        return table.Subscriptions.Length > 0 && table.ReceiversOf(type).Length > 0;
    }

    bool Remove(Predicate<(Type Classifier, IActorRef Subscriber)> unwanted)
    {
        lock (_gate)
        {
            var rest = Array.FindAll(_table.Subscriptions, entry => !unwanted(entry));
            if (rest.Length == _table.Subscriptions.Length) return false;
            _table = new Table(rest);
            return true;
        }
    }

    // Replaced whole, so that the cache of one set of subscriptions never answers for another.
    sealed class Table((Type Classifier, IActorRef Subscriber)[] subscriptions)
    {
        readonly ConcurrentDictionary<Type, IActorRef[]> _receivers = new();

        public (Type Classifier, IActorRef Subscriber)[] Subscriptions => subscriptions;

        public IActorRef[] ReceiversOf(Type type) => _receivers.GetOrAdd(type, static (type, entries) =>
            [.. entries.Where(entry => entry.Classifier.IsAssignableFrom(type)).Select(entry => entry.Subscriber).Distinct()],
            subscriptions);
    }
}

/// <summary>The type as a type argument.</summary>
public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
