namespace StyleFarm.Actors.Testing;

/// <summary>
/// An actor whose messages a test reads. In a <see cref="DeterministicWorld"/> an expectation runs the world, and moves its time where
/// all wait, until it is met or its time is over; elsewhere it waits for the message itself, in real time.
/// </summary>
public sealed class TestProbe
{
    static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(3);

    readonly object _gate = new();
    readonly Queue<Envelope> _received = new();
    readonly DeterministicWorld? _world;

    public TestProbe(ActorSystem system, string? name = null)
    {
        _world = (system.Dispatcher as WorldDispatcher)?.World;
        Ref = ((ActorCell)system.SystemGuardian).MakeChild(Props.Create<ProbeActor>(this), name);
    }

    /// <summary>The probe as an actor.</summary>
    public IActorRef Ref { get; }

    /// <summary>Who sent the message that was read last.</summary>
    public IActorRef? LastSender { get; private set; }

    /// <summary>Whether a message waits to be read.</summary>
    public bool HasMessages
    {
        get
        {
            lock (_gate) return _received.Count > 0;
        }
    }

    /// <summary>Reads the next message, which must be a <typeparamref name="T"/>.</summary>
    /// <exception cref="ProbeException">Another came, or none in time.</exception>
    public T ExpectMsg<T>(TimeSpan? max = null)
    {
        var message = Next(max ?? DefaultWait, typeof(T).Name);
        return message is T typed ? typed : throw Unexpected(typeof(T).Name, message);
    }

    /// <summary>Reads the next message, which must equal <paramref name="expected"/>.</summary>
    /// <exception cref="ProbeException">Another came, or none in time.</exception>
    public T ExpectMsg<T>(T expected, TimeSpan? max = null)
    {
        var message = Next(max ?? DefaultWait, $"{expected}");
        return message is T typed && EqualityComparer<T>.Default.Equals(typed, expected) ? typed : throw Unexpected($"{expected}", message);
    }

    /// <summary>Reads messages until one is a <typeparamref name="T"/> that <paramref name="fits"/>; forgets those before it.</summary>
    /// <exception cref="ProbeException">None came in time.</exception>
    public T FishForMessage<T>(Predicate<T>? fits = null, TimeSpan? max = null)
    {
        while (true)
            if (Next(max ?? DefaultWait, typeof(T).Name) is T typed && fits?.Invoke(typed) != false) return typed;
    }

    /// <summary>Fails if a message comes.</summary>
    /// <param name="duration">How long none may: virtual time in a world; elsewhere zero looks at this moment only.</param>
    /// <exception cref="ProbeException">One came.</exception>
    public void ExpectNoMsg(TimeSpan duration = default)
    {
        if (_world is not null) _world.Advance(duration);
        else if (duration > TimeSpan.Zero) throw new NotSupportedException("Outside of a DeterministicWorld nothing waits for nothing");
        if (TryTake(out var envelope)) throw Unexpected("no message", envelope.Message);
    }

    /// <summary>Watches the actor and reads the news of its end, which must be the next message.</summary>
    /// <exception cref="ProbeException">Another came, or none in time.</exception>
    public Terminated ExpectTerminated(IActorRef actor, TimeSpan? max = null)
    {
        Watch(actor);
        var message = Next(max ?? DefaultWait, $"Terminated({actor})");
        return message is Terminated terminated && terminated.ActorRef.Equals(actor)
            ? terminated
            : throw Unexpected($"Terminated({actor})", message);
    }

    /// <summary>Reads all that has come; in a world, after running it until it rests.</summary>
    public IReadOnlyList<object> ReceiveAll()
    {
        _world?.RunUntilIdle();
        var all = new List<object>();
        while (TryTake(out var envelope)) all.Add(envelope.Message);
        return all;
    }

    public void Watch(IActorRef actor) => Ref.Tell(new WatchOrder(actor, IsOn: true), ActorRefs.NoSender);

    public void Unwatch(IActorRef actor) => Ref.Tell(new WatchOrder(actor, IsOn: false), ActorRefs.NoSender);

    /// <summary>Sends with the probe as the sender.</summary>
    public void Send(IActorRef target, object message) => target.Tell(message, Ref);

    /// <summary>Answers the message that was read last.</summary>
    public void Reply(object message) => Sender().Tell(message, Ref);

    /// <summary>Sends the given message on as from the sender of the message that was read last.</summary>
    public void Forward(IActorRef target, object message) => target.Tell(message, Sender());

    IActorRef Sender() => LastSender ?? throw new InvalidOperationException("The probe has read no message that has a sender");

    object Next(TimeSpan max, string expected)
    {
        var isThere = _world is null ? WaitForMessage(max) : _world.RunUntil(() => HasMessages, max);
        if (!isThere || !TryTake(out var envelope)) throw Missing(expected, max);
        LastSender = envelope.Sender;
        return envelope.Message;
    }

    bool WaitForMessage(TimeSpan max)
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (_gate)
        {
            while (_received.Count == 0)
            {
                var left = max - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) return _received.Count > 0;
            }
            return true;
        }
    }

    bool TryTake(out Envelope envelope)
    {
        lock (_gate) return _received.TryDequeue(out envelope);
    }

    void Add(Envelope envelope)
    {
        lock (_gate)
        {
            _received.Enqueue(envelope);
            Monitor.PulseAll(_gate);
        }
    }

    ProbeException Missing(string expected, TimeSpan max) =>
        new($"{Ref.Path.Name}: expected {expected}, found nothing within {max}{Where}");

    ProbeException Unexpected(string expected, object found) =>
        new($"{Ref.Path.Name}: expected {expected}, found {found.GetType().Name} {found}{Where}");

    string Where => _world is null ? "" : $" (seed {_world.Seed}, turn {_world.Turns}, {_world.Time.Elapsed})";

    sealed record WatchOrder(IActorRef Subject, bool IsOn);

    sealed class ProbeActor : ReceiveActor
    {
        public ProbeActor(TestProbe probe)
        {
            Receive<WatchOrder>(order =>
            {
                if (order.IsOn) Context.Watch(order.Subject);
                else Context.Unwatch(order.Subject);
            });
            ReceiveAny(message => probe.Add(new Envelope(message, Sender)));
        }
    }
}

/// <summary>A probe did not get what a test expected.</summary>
public sealed class ProbeException(string message) : Exception(message);
