using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Cluster;

/// <summary>The mailbox of one address: hands over to its listener in order, one message at a time.</summary>
sealed class RabbitMailbox
{
    readonly string _address;
    readonly IFabricListener _listener;
    readonly Action<string, byte[], string> _refuse;
    readonly RabbitTally _tally;
    readonly DeliveryQueue<Parcel> _queue;

    /// <param name="address">Whose it is.</param>
    /// <param name="queue">Its queue on the broker.</param>
    /// <param name="rank">As of <see cref="RabbitInbox"/>.</param>
    /// <param name="listener">Who listens.</param>
    /// <param name="refuse">Takes what cannot be understood: address, message, reason.</param>
    /// <param name="parts">What all share.</param>
    public RabbitMailbox(
        string address, RabbitQueue queue, long rank, IFabricListener listener, Action<string, byte[], string> refuse, RabbitParts parts)
    {
        (_address, _listener, _refuse, _tally) = (address, listener, refuse, parts.Tally);
        _queue = new DeliveryQueue<Parcel>(
            LocalFabric.QueueLimit, parcel => parcel.CanBeSpared, HandOver,
            error => parts.Note($"{address}: a message could not be handed over ({error.Message.Split('\n')[0]})"));
        Inbox = new RabbitInbox(queue, rank, Post);
    }

    public RabbitInbox Inbox { get; }

    public long Lost => _queue.Lost;

    /// <summary>Takes a message that came back; false when nobody listens any more.</summary>
    public bool PostReturned(byte[] body) => _queue.Add(new Parcel(body, IsReturned: true, CanBeSpared: false));

    /// <summary>Ends delivery; what was not handed over is lost.</summary>
    public void Close() => _tally.Dropped(_queue.Close().Count + _queue.Lost);

    void Post(byte[] body, bool canBeSpared)
    {
        _tally.Received();
        if (!_queue.Add(new Parcel(body, IsReturned: false, canBeSpared))) _tally.Dropped();
    }

    void HandOver(Parcel parcel)
    {
        WireEnvelope envelope;
        try
        {
            envelope = WireCodec.Decode(parcel.Body);
        }
        catch (FormatException error)
        {
            _refuse(_address, parcel.Body, error.Message);
            return;
        }

        if (parcel.IsReturned) _listener.Returned(envelope.To, envelope.Message);
        else _listener.Delivered(envelope.From, envelope.Message);
    }

    readonly record struct Parcel(byte[] Body, bool IsReturned, bool CanBeSpared);
}
