using RabbitMQ.Client;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Listens to one queue on a channel of its own. A delivery is only copied, posted and noted here; the session acknowledges it, for it
/// owns the channel.
/// </summary>
sealed class RabbitConsumer : AsyncDefaultBasicConsumer
{
    const ushort Prefetch = 256;

    readonly RabbitInbox _inbox;
    readonly RabbitParts _parts;
    readonly Action<string> _lose;
    readonly string _canary = Guid.CreateVersion7().ToString("N");
    bool _isClosing;
    long _delivered;
    long _acknowledged;
    long _canarySent;
    long _canaryBack;
    bool _isTried;

    RabbitConsumer(IChannel channel, RabbitInbox inbox, RabbitParts parts, Action<string> lose) : base(channel) =>
        (_inbox, _parts, _lose, _canarySent, _canaryBack) = (inbox, parts, lose, parts.Now, parts.Now);

    public RabbitInbox Inbox => _inbox;

    /// <summary>Declares the queue and begins to listen.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="inbox">What is listened to.</param>
    /// <param name="parts">What all share.</param>
    /// <param name="lose">Told why it does not listen any more.</param>
    public static async Task<RabbitConsumer> OpenAsync(IConnection connection, RabbitInbox inbox, RabbitParts parts, Action<string> lose)
    {
        var channel = await connection.CreateChannelAsync();
        try
        {
            await RabbitTopology.DeclareAsync(channel, inbox.Queue);
            await channel.BasicQosAsync(0, Prefetch, global: false);
            var consumer = new RabbitConsumer(channel, inbox, parts, lose);
            var rank = new Dictionary<string, object?> { ["x-priority"] = inbox.Rank };
            await channel.BasicConsumeAsync(
                inbox.Queue.Name, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, rank, consumer);
            return consumer;
        }
        catch (Exception)
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        // A canary of another listener is as good as none.
        if (properties.Type != ParcelType.Canary) _inbox.Post(body.ToArray(), properties.IsExpirationPresent());
        else if (properties.ReplyTo == _canary) Volatile.Write(ref _canaryBack, _parts.Now);
        Volatile.Write(ref _delivered, (long)deliveryTag);
        _parts.Bell.Ring();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        // Also told of when we delete it.
        if (!Volatile.Read(ref _isClosing)) _lose($"the queue {_inbox.Queue.Name} was taken away");
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task HandleChannelShutdownAsync(object channel, RabbitMQ.Client.Events.ShutdownEventArgs reason)
    {
        if (!Volatile.Read(ref _isClosing)) _lose($"the channel of {_inbox.Queue.Name} was closed: {reason.ReplyText}");
        return Task.CompletedTask;
    }

    /// <summary>Acknowledges what was posted since it was last asked.</summary>
    public async ValueTask AcknowledgeAsync()
    {
        var upTo = Volatile.Read(ref _delivered);
        if (upTo == _acknowledged) return;
        await _parts.InTimeAsync(Channel.BasicAckAsync((ulong)upTo, multiple: true));
        (_acknowledged, _inbox.Failures) = (upTo, 0);
    }

    /// <summary>The message to itself that is due now, or null.</summary>
    public RabbitParcel? TakeDueCanary()
    {
        if (IsCanaryOut || _isTried && _parts.Since(_canarySent) < _parts.Options.CanaryEvery) return null;
        (_isTried, _canarySent) = (true, _parts.Now);
        return new RabbitParcel(ParcelType.Canary, _canary, _inbox.Queue.Name, [], CanBeSpared: true, _canarySent);
    }

    /// <summary>Whether a message to itself should have been back by now.</summary>
    public bool IsCanaryLost => IsCanaryOut && _parts.Since(_canarySent) > _parts.Options.CanaryEvery;

    /// <summary>Forgets a message that could not go its way.</summary>
    public void ForgiveCanary() => (_canarySent, _canaryBack) = (_parts.Now, _parts.Now);

    /// <summary>Ends it; a queue of its own goes with it.</summary>
    public async Task CloseAsync()
    {
        Volatile.Write(ref _isClosing, true);
        await AcknowledgeAsync();
        if (!_inbox.Queue.IsShared) await _parts.InTimeAsync(Channel.QueueDeleteAsync(_inbox.Queue.Name));
        await _parts.InTimeAsync(Channel.CloseAsync());
        await Channel.DisposeAsync();
    }

    bool IsCanaryOut => Volatile.Read(ref _canaryBack) < _canarySent;
}
