using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Publishes with confirms on a channel of its own, and keeps what is not confirmed yet. For one caller; confirms and returns come from
/// the connection's reader.
/// </summary>
/// <remarks>The client's own tracking of confirms is not used: it has a waiting task a message, and its limiter slows it down.</remarks>
sealed class RabbitPublisher
{
    /// <summary>What can be spared is of no use after so long.</summary>
    public static readonly TimeSpan SpareLife = TimeSpan.FromSeconds(30);

    static readonly string Expiration = SpareLife.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);

    readonly Lock _gate = new();
    readonly Dictionary<ulong, (RabbitParcel Parcel, long SentAt)> _waiting = [];
    readonly IChannel _channel;
    readonly RabbitParts _parts;
    readonly Action<RabbitParcel> _returned;
    readonly Action<RabbitParcel> _refused;
    volatile bool _isClosing;
    ulong _next = 1;
    ulong _oldest = 1;
    long _forgivenAt = long.MinValue;

    RabbitPublisher(IChannel channel, RabbitParts parts, Action<RabbitParcel> returned, Action<RabbitParcel> refused) =>
        (_channel, _parts, _returned, _refused) = (channel, parts, returned, refused);

    /// <summary>Opens the channel.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="parts">What all share.</param>
    /// <param name="returned">Given what nobody listens for; must return at once.</param>
    /// <param name="refused">Given what the broker could not take; must return at once.</param>
    /// <param name="lose">Told why nothing can be published any more.</param>
    public static async Task<RabbitPublisher> OpenAsync(
        IConnection connection, RabbitParts parts, Action<RabbitParcel> returned, Action<RabbitParcel> refused, Action<string> lose)
    {
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false,
            outstandingPublisherConfirmationsRateLimiter: null));
        var publisher = new RabbitPublisher(channel, parts, returned, refused);
        channel.BasicAcksAsync += publisher.ConfirmedAsync;
        channel.BasicNacksAsync += publisher.RefusedAsync;
        channel.BasicReturnAsync += publisher.ReturnedAsync;
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            if (!publisher._isClosing) lose($"the channel of messages was closed: {reason.ReplyText}");
            return Task.CompletedTask;
        };
        return publisher;
    }

    /// <summary>Whether one more may be on its way.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate) return _waiting.Count < _parts.Options.Window;
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate) return _waiting.Count == 0;
        }
    }

    /// <summary>Whether the broker should have confirmed one by now.</summary>
    public bool IsLate
    {
        get
        {
            lock (_gate)
            {
                while (_oldest < _next && !_waiting.ContainsKey(_oldest)) _oldest++;
                return _waiting.TryGetValue(_oldest, out var oldest) && IsOverdue(oldest.SentAt);
            }
        }
    }

    /// <summary>Gives the broker its time anew: it has said that it cannot.</summary>
    public void Forgive()
    {
        lock (_gate) _forgivenAt = _parts.Now;
    }

    /// <summary>Hands one to the broker; what is too old to be of use is dropped.</summary>
    public async ValueTask PublishAsync(RabbitParcel parcel)
    {
        if (parcel.CanBeSpared && _parts.Since(parcel.At) > SpareLife)
        {
            _parts.Tally.Dropped();
            return;
        }

        var properties = new BasicProperties { Type = parcel.Type, ReplyTo = parcel.From, ContentType = "application/json" };
        // Comes back with it, should nobody listen.
        properties.MessageId = parcel.At.ToString(CultureInfo.InvariantCulture);
        if (parcel.CanBeSpared) properties.Expiration = Expiration;
        lock (_gate)
        {
            // A dead letter is lost with its queue, and holds nobody up.
            if (parcel.Type != ParcelType.DeadLetter) _waiting.Add(_next, (parcel, _parts.Now));
            _next++;
        }

        if (parcel.Type == ParcelType.Message) _parts.Tally.Sent();
        await _parts.InTimeAsync(_channel.BasicPublishAsync("", parcel.Queue, mandatory: true, properties, parcel.Body));
    }

    /// <summary>Gives back, in order, what is to be sent again elsewhere. What the broker left waiting too long is dropped.</summary>
    public IReadOnlyList<RabbitParcel> TakeUnconfirmed()
    {
        lock (_gate)
        {
            var (late, rest) = (0, new List<RabbitParcel>());
            foreach (var (parcel, sentAt) in _waiting.OrderBy(waiting => waiting.Key).Select(waiting => waiting.Value))
                if (parcel.Type == ParcelType.Canary) continue;
                else if (IsOverdue(sentAt)) late++;
                else rest.Add(parcel);
            _waiting.Clear();
            _parts.Tally.Dropped(late);
            return rest;
        }
    }

    /// <summary>Closes the channel.</summary>
    public async Task CloseAsync()
    {
        _isClosing = true;
        await _parts.InTimeAsync(_channel.CloseAsync());
        await _channel.DisposeAsync();
    }

    Task ConfirmedAsync(object channel, BasicAckEventArgs confirm)
    {
        foreach (var parcel in Take(confirm.DeliveryTag, confirm.Multiple))
            if (parcel.Type == ParcelType.Message) _parts.Tally.Confirmed();
        return Task.CompletedTask;
    }

    Task RefusedAsync(object channel, BasicNackEventArgs refusal)
    {
        foreach (var parcel in Take(refusal.DeliveryTag, refusal.Multiple)) _refused(parcel);
        return Task.CompletedTask;
    }

    Task ReturnedAsync(object channel, BasicReturnEventArgs returned)
    {
        var properties = returned.BasicProperties;
        var at = long.Parse(properties.MessageId!, CultureInfo.InvariantCulture);
        _returned(new RabbitParcel(
            properties.Type!, properties.ReplyTo!, returned.RoutingKey, returned.Body.ToArray(), properties.IsExpirationPresent(), at));
        return Task.CompletedTask;
    }

    bool IsOverdue(long sentAt) => _parts.Since(Math.Max(sentAt, _forgivenAt)) > _parts.Options.Patience;

    List<RabbitParcel> Take(ulong tag, bool isMultiple)
    {
        var taken = new List<RabbitParcel>();
        lock (_gate)
            for (var number = isMultiple ? _oldest : tag; number <= tag; number++)
                if (_waiting.Remove(number, out var waiting)) taken.Add(waiting.Parcel);
        _parts.Bell.Ring();
        return taken;
    }
}
