using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace StyleFarm.Backends.Cluster;

/// <summary>One connection from its beginning to its end. One task owns its channels; all others only ring the bell.</summary>
sealed class RabbitSession : IAsyncDisposable
{
    const int ResourceLocked = 405;
    const int InternalError = 541;
    const int FailuresToRepair = 2;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LockedPause = TimeSpan.FromSeconds(1);

    readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<RabbitInbox, long> _locked = [];
    readonly List<RabbitConsumer> _consumers = [];
    readonly RabbitParts _parts;
    readonly IConnection _connection;
    readonly Action<RabbitParcel> _returned;
    RabbitPublisher _publisher = null!;
    RabbitReports _reports = null!;
    readonly RabbitRetries _retries;
    RabbitParcel? _taken;
    long _version = -1;
    volatile bool _isBlocked;
    volatile bool _isRefused;
    long _publisherBegan;
    bool _hasRefused;
    volatile bool _isTopologyGone;

    RabbitSession(RabbitParts parts, IConnection connection, bool isAgain, Action<RabbitParcel> returned)
    {
        (_parts, _connection, _returned, _retries) = (parts, connection, returned, new RabbitRetries(parts, isAgain));
        connection.ConnectionShutdownAsync += (_, reason) => LoseAsync(reason.ReplyText);
        connection.ConnectionBlockedAsync += (_, blocked) => BlockAsync(true, $"the broker takes no messages: {blocked.Reason}");
        connection.ConnectionUnblockedAsync += (_, _) => BlockAsync(false, "the broker takes messages again");
    }

    public IConnection Connection => _connection;

    /// <summary>The host that it is connected to.</summary>
    public string Host => $"{_connection.Endpoint.HostName}:{_connection.Endpoint.Port}";

    /// <summary>Prepares a connection: declares what is there before anybody listens.</summary>
    /// <param name="parts">What all share.</param>
    /// <param name="connection">Is closed with the session.</param>
    /// <param name="isAgain">Whether there was one before.</param>
    /// <param name="returned">Given messages that nobody listens for.</param>
    public static async Task<RabbitSession> OpenAsync(
        RabbitParts parts, IConnection connection, bool isAgain, Action<RabbitParcel> returned)
    {
        var session = new RabbitSession(parts, connection, isAgain, returned);
        try
        {
            await session.DeclareAsync();
            session._publisher = await session.OpenPublisherAsync();
            session._reports = await RabbitReports.OpenAsync(connection, parts, session.Lose);
            return session;
        }
        catch (Exception)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Carries messages until the connection is lost, and says why; null when it was stopped and all is sent.</summary>
    public async Task<string?> RunAsync(CancellationToken stop)
    {
        var reports = Task.Run(_reports.RunAsync, CancellationToken.None);
        _ = reports.ContinueWith(failed => Lose(failed.Exception!.InnerException!.Message), TaskContinuationOptions.OnlyOnFaulted);
        await using var ticks = _parts.Options.Clock.CreateTimer(_ => _parts.Bell.Ring(), null, Tick, Tick);
        await using var stopping = stop.Register(() =>
        {
            _retries.Stop();
            _parts.Bell.Ring();
        });
        try
        {
            while (!_lost.Task.IsCompleted)
            {
                await MindConsumersAsync();
                if (_isRefused && _parts.Since(_publisherBegan) > RefusedPause) await ReplacePublisherAsync();
                _retries.Send();
                var isEmpty = await PublishAsync();
                if (isEmpty && stop.IsCancellationRequested && _publisher.IsIdle) return null;
                CheckPatience();
                if (!_lost.Task.IsCompleted) await _parts.Bell.WaitAsync();
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Lose(RabbitFaults.Short(error));
        }
        finally
        {
            _reports.End();
            _parts.Messages.PutBack(_publisher.TakeUnconfirmed());
            if (_taken is { } taken) _parts.Messages.PutBack([taken]);
            _retries.Close();
        }

        return await _lost.Task;
    }

    /// <summary>Closes the connection, if the broker still answers.</summary>
    public async ValueTask DisposeAsync()
    {
        Lose("it was closed");
        try
        {
            await _parts.InTimeAsync(_connection.AbortAsync(TimeSpan.FromSeconds(1)));
            await _parts.InTimeAsync(_connection.DisposeAsync());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // It is as dead as it can be.
        }
    }

    Task<RabbitPublisher> OpenPublisherAsync()
    {
        (_isRefused, _publisherBegan) = (false, _parts.Now);
        return RabbitPublisher.OpenAsync(_connection, _parts, TakeBack, TakeRefused, Lose);
    }

    // A channel that has once met a quorum queue without a leader may refuse its messages for ever, though it has long had a new one.
    async Task ReplacePublisherAsync()
    {
        var old = _publisher;
        _publisher = await _parts.InTimeAsync(OpenPublisherAsync());
        _parts.Messages.PutBack(old.TakeUnconfirmed());
        foreach (var consumer in _consumers) consumer.ForgiveCanary();
        await old.CloseAsync();
    }

    async Task DeclareAsync()
    {
        await using var channel = await _connection.CreateChannelAsync();
        await _parts.Topology.DeclareAsync(channel);
        await channel.CloseAsync();
    }

    // Listens to what is wanted and to nothing else; what was posted is acknowledged.
    async ValueTask MindConsumersAsync()
    {
        foreach (var consumer in _consumers) await consumer.AcknowledgeAsync();
        if (_isTopologyGone) await RedeclareAsync();
        if (_version == _parts.Inboxes.Version && !_locked.Values.Any(IsDue)) return;
        var (version, wanted) = _parts.Inboxes.Read();
        foreach (var consumer in _consumers.Where(consumer => !wanted.Contains(consumer.Inbox)).ToList())
        {
            _consumers.Remove(consumer);
            await consumer.CloseAsync();
        }

        foreach (var inbox in _locked.Keys.Except(wanted).ToList()) _locked.Remove(inbox);
        foreach (var inbox in wanted.Where(inbox => _consumers.All(consumer => consumer.Inbox != inbox)))
            if (!_locked.TryGetValue(inbox, out var since) || IsDue(since)) await ListenAsync(inbox);
        _version = version;
    }

    bool IsDue(long since) => _parts.Since(since) > LockedPause;

    async Task ListenAsync(RabbitInbox inbox)
    {
        try
        {
            if (inbox.Queue.IsShared && inbox.Failures >= FailuresToRepair) await RepairAsync(inbox.Queue);
            _consumers.Add(await _parts.InTimeAsync(RabbitConsumer.OpenAsync(_connection, inbox, _parts, Lose)));
            _locked.Remove(inbox);
            inbox.Open();
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == ResourceLocked)
        {
            // Another process, or what the broker has not yet noticed to be dead of this one.
            if (!_locked.ContainsKey(inbox))
                _parts.Note($"{inbox.Queue.Name}: another connection listens there; trying again until it has gone");
            _locked[inbox] = _parts.Now;
        }
        catch (Exception error)
            when (error is TimeoutException or OperationInterruptedException { ShutdownReason.ReplyCode: InternalError })
        {
            inbox.Failures++;
            throw;
        }
    }

    // A quorum queue that was young when its broker was killed comes back without a leader, and stays so.
    async Task RepairAsync(RabbitQueue queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        // Where another listens, the queue is well, and its messages are the other's.
        if ((await _parts.InTimeAsync(channel.QueueDeclarePassiveAsync(queue.Name))).ConsumerCount > 0) return;
        _parts.Note($"{queue.Name}: the broker does not deliver from this queue; it is deleted and made anew");
        await _parts.InTimeAsync(channel.QueueDeleteAsync(queue.Name, ifUnused: false, ifEmpty: false));
        await Task.Delay(_parts.Options.QueueRest, _parts.Options.Clock);
        await _parts.InTimeAsync(RabbitTopology.DeclareAsync(channel, queue));
    }

    async Task RedeclareAsync()
    {
        _isTopologyGone = false;
        await _parts.InTimeAsync(DeclareAsync());
    }

    async ValueTask<bool> PublishAsync()
    {
        if (_isBlocked) return false;
        foreach (var consumer in _consumers)
            if (consumer.TakeDueCanary() is { } canary) await _publisher.PublishAsync(canary);
        for (var i = 0; i < _parts.Options.Window && _publisher.HasRoom && !_lost.Task.IsCompleted; i++)
        {
            if (!_parts.Messages.TryTake(out _taken)) return true;
            // Who listens before it sends can be answered.
            if (_version != _parts.Inboxes.Version) await MindConsumersAsync();
            (var parcel, _taken) = (_taken, null);
            await _publisher.PublishAsync(parcel);
        }

        // There may be more.
        if (_publisher.HasRoom) _parts.Bell.Ring();
        return false;
    }

    void CheckPatience()
    {
        if (_isBlocked)
        {
            _publisher.Forgive();
            foreach (var consumer in _consumers) consumer.ForgiveCanary();
        }

        if (_publisher.IsLate) Lose("the broker does not confirm messages any more");
        foreach (var consumer in _consumers.Where(consumer => consumer.IsCanaryLost))
        {
            consumer.Inbox.Failures++;
            Lose($"the broker does not deliver from {consumer.Inbox.Queue.Name} any more");
        }
    }

    void TakeBack(RabbitParcel parcel)
    {
        if (parcel.Queue == _parts.Topology.Coordinator.Name || parcel.Queue == _parts.Topology.DeadLetters.Name) _isTopologyGone = true;
        if (parcel.Type == ParcelType.Canary) Lose($"the queue {parcel.Queue} has gone");
        if (parcel.Type == ParcelType.Message && !_retries.TryKeep(parcel, _parts.Options.ReturnGrace)) _returned(parcel);
        _parts.Bell.Ring();
    }

    // So it is while a quorum queue has no leader: for a second, or for as long as most members of the cluster are down.
    void TakeRefused(RabbitParcel parcel)
    {
        _isRefused = true;
        if (parcel.Type != ParcelType.Message || _retries.TryKeep(parcel, _parts.Options.Patience)) return;
        _parts.Tally.Dropped();
        if (!_hasRefused) _parts.Note($"the broker cannot take messages to {parcel.Queue} at present; they are lost");
        _hasRefused = true;
    }

    Task BlockAsync(bool isBlocked, string line)
    {
        _isBlocked = isBlocked;
        _reports.IsHeld = isBlocked;
        _parts.Note(line);
        _parts.Bell.Ring();
        return Task.CompletedTask;
    }

    Task LoseAsync(string why)
    {
        Lose(why);
        return Task.CompletedTask;
    }

    void Lose(string why)
    {
        _lost.TrySetResult(why);
        _parts.Bell.Ring();
    }
}
