using System.Collections.Concurrent;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// Carries messages between actors of one process, in their wire form. Each listener has a queue of <see cref="QueueLimit"/> messages
/// that are handed over in order; when it is full the oldest heartbeat, its reply or a progress report makes room, else the new message
/// is lost. Each hearer of loss reports has a queue of <see cref="ReportLimit"/>; when it is full the oldest report makes room.
/// </summary>
/// <param name="notice">Told, in one line each, what went wrong in a listener or with a message.</param>
public sealed class LocalFabric(Action<string>? notice = null) : IFabric, IDisposable
{
    /// <summary>Messages that wait for one listener, at most.</summary>
    public const int QueueLimit = 4096;

    /// <summary>Loss reports that wait for one hearer, at most.</summary>
    public const int ReportLimit = 1024;

    readonly ConcurrentDictionary<string, Inbox> _inboxes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<DeliveryQueue<LossReport>, byte> _hearers = new();
    long _lost;
    bool _isDisposed;

    /// <summary>Messages that were lost: by overflow, or because their sender had gone as well. Loss reports are not counted.</summary>
    public long LostMessages => Interlocked.Read(ref _lost) + _inboxes.Values.Sum(inbox => inbox.Lost);

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">Somebody listens there already.</exception>
    public IDisposable Listen(string address, IFabricListener listener)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var inbox = new Inbox(
            listener, error => notice?.Invoke($"{address}: a message could not be handed over ({error.Message.Split('\n')[0]})"));
        if (!_inboxes.TryAdd(address, inbox)) throw new InvalidOperationException($"somebody listens on {address} already");
        return new Subscription(() => Leave(address, inbox));
    }

    /// <inheritdoc />
    public void Send(string from, string to, WireMessage message) =>
        Carry(new WireEnvelope(from, to, message), WireCodec.Encode(new WireEnvelope(from, to, message)));

    /// <inheritdoc />
    public void Publish(LossReport report)
    {
        foreach (var hearer in _hearers.Keys) hearer.Add(report);
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action<LossReport> listener)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var hearer = new DeliveryQueue<LossReport>(
            ReportLimit, _ => true, listener, error => notice?.Invoke($"telemetry: a hearer failed ({error.Message.Split('\n')[0]})"));
        _hearers.TryAdd(hearer, 0);
        return new Subscription(() =>
        {
            _hearers.TryRemove(hearer, out _);
            hearer.Close();
        });
    }

    /// <summary>Ends all delivery: when it returns, no listener is called any more. What still waited is dropped.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var address in _inboxes.Keys)
            if (_inboxes.TryRemove(address, out var inbox)) inbox.Close();
        foreach (var hearer in _hearers.Keys)
        {
            _hearers.TryRemove(hearer, out _);
            hearer.Close();
        }
    }

    /// <summary>Whether a newer one of its kind says it all.</summary>
    internal static bool CanBeSpared(WireMessage message) => message is Heartbeat or HeartbeatReply or CellProgress;

    /// <summary>Whether somebody listens here.</summary>
    internal bool IsHeard(string address) => _inboxes.ContainsKey(address);

    /// <summary>Tells a sender that its message could not be handed over.</summary>
    internal void Return(WireEnvelope envelope) => Return(envelope.From, WireCodec.Encode(envelope));

    void Carry(WireEnvelope envelope, byte[] line)
    {
        var parcel = new Parcel(line, IsReturned: false, CanBeSpared(envelope.Message));
        if (!_inboxes.TryGetValue(envelope.To, out var inbox) || !inbox.Add(parcel)) Return(envelope.From, line);
    }

    void Return(string sender, byte[] line)
    {
        if (!_inboxes.TryGetValue(sender, out var inbox) || !inbox.Add(new Parcel(line, IsReturned: true, CanBeSpared: false)))
            Interlocked.Increment(ref _lost);
    }

    // What was not handed over yet goes back to its senders.
    void Leave(string address, Inbox inbox)
    {
        if (!_inboxes.TryRemove(KeyValuePair.Create(address, inbox))) return;
        var rest = inbox.Close();
        Interlocked.Add(ref _lost, inbox.Lost);
        foreach (var parcel in rest)
            if (!parcel.IsReturned) Return(WireCodec.Decode(parcel.Line).From, parcel.Line);
    }

    readonly record struct Parcel(byte[] Line, bool IsReturned, bool CanBeSpared);

    sealed class Inbox(IFabricListener listener, Action<Exception> fail)
    {
        readonly DeliveryQueue<Parcel> _queue = new(QueueLimit, parcel => parcel.CanBeSpared, parcel => HandOver(listener, parcel), fail);

        public long Lost => _queue.Lost;

        public bool Add(Parcel parcel) => _queue.Add(parcel);

        public IReadOnlyList<Parcel> Close() => _queue.Close();

        static void HandOver(IFabricListener listener, Parcel parcel)
        {
            var envelope = WireCodec.Decode(parcel.Line);
            if (parcel.IsReturned) listener.Returned(envelope.To, envelope.Message);
            else listener.Delivered(envelope.From, envelope.Message);
        }
    }
}
