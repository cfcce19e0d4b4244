using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Backends.Cluster;

/// <summary>What a fabric keeps across its connections.</summary>
sealed class RabbitParts
{
    public RabbitParts(RabbitAddress address, RabbitOptions options)
    {
        (Address, Options, Topology) = (address, options, new RabbitTopology(address.Farm));
        Messages = new RabbitOutbox<RabbitParcel>(RabbitFabric.QueueLimit, parcel => parcel.CanBeSpared, Bell);
        Reports = new RabbitOutbox<LossReport>(RabbitFabric.ReportLimit, _ => true, ReportBell);
    }

    public RabbitAddress Address { get; }

    public RabbitOptions Options { get; }

    public RabbitTopology Topology { get; }

    public RabbitTally Tally { get; } = new();

    /// <summary>Rung when there is something to do for the one who owns the connection.</summary>
    public RabbitBell Bell { get; } = new();

    /// <summary>Rung when there are loss reports.</summary>
    public RabbitBell ReportBell { get; } = new();

    public RabbitOutbox<RabbitParcel> Messages { get; }

    public RabbitOutbox<LossReport> Reports { get; }

    public RabbitInboxes Inboxes { get; } = new();

    public long Now => Options.Clock.GetTimestamp();

    public TimeSpan Since(long timestamp) => Options.Clock.GetElapsedTime(timestamp);

    public void Note(string line) => Options.Notice?.Invoke($"fabric {Address}: {line}");

    /// <summary>
    /// Waits for the broker, not for ever. Nothing is cancelled, for that corrupts a channel: after a time-out the connection is to be
    /// thrown away.
    /// </summary>
    public ValueTask InTimeAsync(ValueTask call) =>
        call.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(InTimeAsync(call.AsTask()));

    /// <inheritdoc cref="InTimeAsync(ValueTask)" />
    public Task InTimeAsync(Task call)
    {
        // Nobody waits for it after a time-out, so what it throws then is seen here.
        _ = call.ContinueWith(
            done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return call.WaitAsync(Options.Patience, Options.Clock);
    }

    /// <inheritdoc cref="InTimeAsync(ValueTask)" />
    public async Task<T> InTimeAsync<T>(Task<T> call)
    {
        await InTimeAsync((Task)call);
        return await call;
    }
}

/// <summary>What is to be listened to now.</summary>
sealed class RabbitInboxes
{
    readonly Lock _gate = new();
    readonly List<RabbitInbox> _wanted = [];
    long _version;

    /// <summary>Rises with each change.</summary>
    public long Version => Volatile.Read(ref _version);

    public void Add(RabbitInbox inbox)
    {
        lock (_gate)
        {
            _wanted.Add(inbox);
            _version++;
        }
    }

    public void Remove(RabbitInbox inbox)
    {
        lock (_gate)
        {
            _wanted.Remove(inbox);
            _version++;
        }
    }

    public (long Version, IReadOnlyList<RabbitInbox> Wanted) Read()
    {
        lock (_gate) return (_version, [.. _wanted]);
    }
}
