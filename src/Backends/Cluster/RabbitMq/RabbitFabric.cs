using System.Collections.Concurrent;
using System.Text;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Carries messages over RabbitMQ: a queue for each address, a topic exchange for loss reports. When the connection is lost it is made
/// again for as long as it takes; meanwhile the newest messages wait, and what was on its way may be lost or come twice.
/// </summary>
public sealed class RabbitFabric : IFabric, IAsyncDisposable
{
    /// <summary>Messages that wait for the broker, at most; then the oldest that can be spared makes room, or else the oldest.</summary>
    public const int QueueLimit = 4096;

    /// <summary>Loss reports that wait for the broker, or for a hearer, at most; the newest win.</summary>
    public const int ReportLimit = 1024;

    /// <summary>The largest message in bytes; a larger one is lost, and told of.</summary>
    public const int MessageLimitBytes = 256 << 10;

    static readonly TimeSpan SubscribeTime = TimeSpan.FromSeconds(2);
    static readonly DateTimeOffset RankEpoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly ConcurrentDictionary<string, RabbitMailbox> _mailboxes = new(StringComparer.Ordinal);
    readonly RabbitParts _parts;
    readonly RabbitLink _link;
    readonly RabbitHearing _hearing;
    readonly RabbitComplaints _complaints;

    RabbitFabric(RabbitParts parts, RabbitLink link)
    {
        (_parts, _link) = (parts, link);
        (_hearing, _complaints) = (new RabbitHearing(parts), new RabbitComplaints(parts));
    }

    /// <summary>
    /// Connects, and sees that all is allowed that will be needed. From then on a lost connection is made again without an end.
    /// </summary>
    /// <exception cref="StyleFarmException">No member of the broker's cluster can be used; says why and what to do.</exception>
    public static async Task<RabbitFabric> ConnectAsync(RabbitAddress address, RabbitOptions options, CancellationToken cancellation)
    {
        HeartbeatGuard.Install();
        var parts = new RabbitParts(address, options);
        var link = new RabbitLink(parts);
        var fabric = new RabbitFabric(parts, link);
        await link.BeginAsync(fabric.TakeBack, cancellation);
        return fabric;
    }

    /// <inheritdoc cref="ConnectAsync(RabbitAddress, RabbitOptions, CancellationToken)" />
    public static Task<RabbitFabric> ConnectAsync(string url, RabbitOptions options, CancellationToken cancellation) =>
        ConnectAsync(RabbitAddress.Parse(url), options, cancellation);

    /// <summary>
    /// Deletes a farm's queues and its exchange, and what waits in them. For farms that are over: one that runs makes them again.
    /// </summary>
    /// <exception cref="StyleFarmException">No member of the broker's cluster can be used; says why and what to do.</exception>
    public static async Task RemoveFarmAsync(RabbitAddress address, RabbitOptions options, CancellationToken cancellation)
    {
        var parts = new RabbitParts(address, options);
        await using var connection = await new RabbitLink(parts).DialAsync(cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        await parts.Topology.DeleteAsync(channel);
    }

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>Where it is connected to, or since when and why not; without secrets.</summary>
    public string Description => _link.Description;

    /// <summary>What it has done so far.</summary>
    public RabbitCounters Counters => _parts.Tally.Read(
        _parts.Messages.Lost + _mailboxes.Values.Sum(mailbox => mailbox.Lost), _parts.Reports.Lost + _hearing.Lost);

    /// <summary>Called after <see cref="IsConnected"/> has changed. Must not block.</summary>
    public event Action? StateChanged
    {
        add => _link.StateChanged += value;
        remove => _link.StateChanged -= value;
    }

    /// <summary>
    /// Listens on an address until the handle is disposed, also over connections to come. A node's address is this connection's own;
    /// while another has it, it is tried for again. On the coordinator's, whoever began to listen last gets the messages.
    /// </summary>
    /// <exception cref="InvalidOperationException">Somebody on this fabric listens there already.</exception>
    public IDisposable Listen(string address, IFabricListener listener)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ObjectDisposedException.ThrowIf(_link.IsStopped, this);
        var rank = (long)(_parts.Options.Clock.GetUtcNow() - RankEpoch).TotalMilliseconds;
        var mailbox = new RabbitMailbox(address, _parts.Topology.MailboxOf(address), rank, listener, Refuse, _parts);
        if (!_mailboxes.TryAdd(address, mailbox)) throw new InvalidOperationException($"somebody listens on {address} already");
        _parts.Inboxes.Add(mailbox.Inbox);
        _parts.Bell.Ring();
        return new Subscription(() => Leave(address, mailbox));
    }

    /// <inheritdoc />
    public void Send(string from, string to, WireMessage message)
    {
        var body = WireCodec.Encode(new WireEnvelope(from, to, message));
        if (body.Length > MessageLimitBytes)
        {
            _parts.Tally.Dropped();
            _complaints.Tell(
                $"a message '{WireCodec.KindOf(message)}' to {to} has {body.Length} bytes and is lost; at most {MessageLimitBytes} are carried");
            return;
        }

        _parts.Messages.Add(new RabbitParcel(
            ParcelType.Message, from, _parts.Topology.NameOf(to), body, LocalFabric.CanBeSpared(message), _parts.Now));
    }

    /// <inheritdoc />
    public void Publish(LossReport report) => _parts.Reports.Add(report);

    /// <summary>Hears loss reports until the handle is disposed. Waits up to 2 s for the broker, if there is a connection.</summary>
    public IDisposable Subscribe(Action<LossReport> listener)
    {
        ObjectDisposedException.ThrowIf(_link.IsStopped, this);
        var (handle, opened) = _hearing.Add(listener);
        if (IsConnected) opened.Wait(SubscribeTime);
        return handle;
    }

    /// <summary>
    /// Sends what still waits, if the broker takes it within 5 s, and ends all delivery: when it returns, no listener is called any more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_link.IsStopped) return;
        await _link.DisposeAsync();
        foreach (var (address, mailbox) in _mailboxes) Leave(address, mailbox);
        _hearing.Close();
    }

    void Leave(string address, RabbitMailbox mailbox)
    {
        if (!_mailboxes.TryRemove(KeyValuePair.Create(address, mailbox))) return;
        mailbox.Close();
        _parts.Inboxes.Remove(mailbox.Inbox);
        _parts.Bell.Ring();
    }

    void TakeBack(RabbitParcel parcel)
    {
        _parts.Tally.Returned();
        if (!_mailboxes.TryGetValue(parcel.From, out var mailbox) || !mailbox.PostReturned(parcel.Body)) _parts.Tally.Dropped();
    }

    void Refuse(string address, byte[] body, string reason)
    {
        _parts.Tally.DeadLetter();
        _complaints.Tell($"{address} was sent {reason}; it is put into {_parts.Topology.DeadLetters.Name}");
        _parts.Messages.Add(new RabbitParcel(
            ParcelType.DeadLetter, Cut(reason), _parts.Topology.DeadLetters.Name, body, CanBeSpared: false, _parts.Now));
    }

    // What AMQP takes for a short text.
    static string Cut(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > byte.MaxValue) reason = reason[..^1];
        return reason;
    }
}
