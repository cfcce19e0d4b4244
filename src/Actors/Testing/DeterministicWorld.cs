using System.Collections.Concurrent;

namespace StyleFarm.Actors.Testing;

/// <summary>
/// Actors on one thread in virtual time: whose turn is next among those with work is drawn from a seed, so that the same seed gives
/// the same run and another seed another interleaving. Everything that actors wait for must come from here: <see cref="Time"/>, tasks
/// completed by actors of this world. What another thread brings in is taken, but counted in <see cref="ForeignPosts"/>, as it is not
/// repeatable.
/// </summary>
public sealed class DeterministicWorld
{
    const ulong Prime = 0x100000001B3;

    readonly ConcurrentQueue<Action> _injected = new();
    readonly List<WorldDispatcher> _dispatchers = [];
    readonly Random _choice;
    Turn[] _ready = new Turn[64];
    int _count;
    int _thread = Environment.CurrentManagedThreadId;
    Action<TracedMessage>? _trace;

    /// <param name="seed">Draws the interleaving, and <see cref="Random"/>.</param>
    /// <param name="mailboxCapacity">The limit of mailboxes that have none of their own.</param>
    public DeterministicWorld(int seed, int mailboxCapacity = 65536)
    {
        Seed = seed;
        _choice = new Random(seed);
        Random = new Random(_choice.Next());
        Options = new ActorSystemOptions { Time = Time, MailboxCapacity = mailboxCapacity, Random = new Random(_choice.Next()) };
        System = CreateSystem("world");
    }

    public int Seed { get; }

    /// <summary>The first system.</summary>
    public ActorSystem System { get; }

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Chance for the actors themselves; drawing from it does not disturb the interleaving.</summary>
    public Random Random { get; }

    /// <summary>How many turns there were.</summary>
    public long Turns { get; private set; }

    /// <summary>A number over who had turns in which order; equal runs have equal ones, in any process.</summary>
    public ulong Fingerprint { get; private set; } = 0xCBF29CE484222325;

    /// <summary>How many deliveries came from other threads. More than 0 means that the run depends on more than its seed.</summary>
    public int ForeignPosts { get; private set; }

    /// <summary>Whether nobody has work at this moment.</summary>
    public bool IsIdle => _count == 0 && _injected.IsEmpty;

    /// <summary>Is told each message of a user before its actor gets it; for the log of a run that failed.</summary>
    public Action<TracedMessage>? Trace
    {
        get => _trace;
        set
        {
            _trace = value;
            foreach (var dispatcher in _dispatchers) Attach(dispatcher);
        }
    }

    internal bool IsForeign => Environment.CurrentManagedThreadId != _thread;

    ActorSystemOptions Options { get; }

    /// <summary>Another system in this world: a process of its own, on the same thread and clock.</summary>
    public ActorSystem CreateSystem(string name)
    {
        var dispatcher = new WorldDispatcher(this, _dispatchers.Count + 1);
        _dispatchers.Add(dispatcher);
        Attach(dispatcher);
        return new ActorSystem(name, Options, dispatcher);
    }

    /// <summary>Ends a system as a lost process ends: no turn more, no PostStop, no word to anybody; what comes for it vanishes.</summary>
    public static void Crash(ActorSystem system) => Dispatcher(system).IsCrashed = true;

    /// <summary>Holds a system still, as a process that gets no processor: no turn until <see cref="Thaw"/>; what comes for it waits.</summary>
    public static void Freeze(ActorSystem system) => Dispatcher(system).IsFrozen = true;

    /// <summary>Lets a frozen system go on.</summary>
    public static void Thaw(ActorSystem system) => Dispatcher(system).Thaw();

    /// <summary>A probe in <see cref="System"/>, or in another system of this world.</summary>
    public TestProbe CreateProbe(string? name = null, ActorSystem? system = null) => new(system ?? System, name);

    /// <summary>Gives one turn: a message of a user, or all that the kernel has for one actor, or a continuation.</summary>
    /// <returns>False if nobody has work.</returns>
    public bool RunOne()
    {
        var outer = Enter();
        try
        {
            return TakeTurn();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Gives turns until nobody has work, at this moment of virtual time.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="InvalidOperationException">There is no end: <paramref name="maxTurns"/> were not enough.</exception>
    public long RunUntilIdle(long maxTurns = 10_000_000)
    {
        var before = Turns;
        var outer = Enter();
        try
        {
            while (TakeTurn())
                if (Turns - before > maxTurns)
                    throw new InvalidOperationException($"No rest after {maxTurns} turns (seed {Seed}, {Time.Elapsed})");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        return Turns - before;
    }

    /// <summary>Moves time on; at each moment at which timers are due it runs them and all that follows.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        var until = Time.Elapsed + span;
        RunUntilIdle();
        while (AdvanceToNextTimer(until)) RunUntilIdle();
        Time.MoveTo(until);
    }

    /// <summary>Moves time to the next due timers and runs those, but not the turns that follow.</summary>
    /// <returns>False if there are none, or none until <paramref name="until"/> (as <see cref="VirtualTime.Elapsed"/>).</returns>
    public bool AdvanceToNextTimer(TimeSpan? until = null)
    {
        var outer = Enter();
        try
        {
            return Time.FireNext(until ?? TimeSpan.MaxValue);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs, and moves time where all wait for it, until <paramref name="condition"/> holds.</summary>
    /// <returns>False if it did not within <paramref name="within"/>, or if nobody has work or a timer any more.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        var until = Time.Elapsed + within;
        while (!condition())
        {
            if (RunOne()) continue;
            if (AdvanceToNextTimer(until)) continue;
            if (Time.NextDue is not null) Time.MoveTo(until);
            return condition();
        }
        return true;
    }

    /// <summary>Runs asynchronous code as a part of the world: what it awaits goes on in turns of the first system.</summary>
    /// <param name="code">What a test does.</param>
    /// <param name="within">How long it may take; null for an hour.</param>
    /// <exception cref="TimeoutException">It took longer, or it waits for something that nobody does.</exception>
    public T Run<T>(Func<Task<T>> code, TimeSpan? within = null)
    {
        var outer = Enter();
        Task<T> task;
        try
        {
            task = code();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        return Await(task, within);
    }

    /// <inheritdoc cref="Run{T}(Func{Task{T}}, TimeSpan?)"/>
    public void Run(Func<Task> code, TimeSpan? within = null) => Run(async () =>
    {
        await code();
        return true;
    }, within);

    /// <summary>Runs until the task is done.</summary>
    /// <param name="task">Something that actors of this world complete.</param>
    /// <param name="within">How long at most; null for an hour.</param>
    /// <exception cref="TimeoutException">It was not.</exception>
    public T Await<T>(Task<T> task, TimeSpan? within = null)
    {
        Await((Task)task, within);
        return task.Result;
    }

    /// <inheritdoc cref="Await{T}(Task{T}, TimeSpan?)"/>
    public void Await(Task task, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromHours(1);
        if (!RunUntil(() => task.IsCompleted, limit))
            throw new TimeoutException(
                $"The task is {task.Status} and nobody in the world does anything about it within {limit} (seed {Seed}, {Time.Elapsed})");
        task.GetAwaiter().GetResult();
    }

    internal void Add(IThreadPoolWorkItem work, WorldDispatcher home, long who)
    {
        if (_count == _ready.Length) Array.Resize(ref _ready, _count * 2);
        _ready[_count++] = new Turn(work, home, who);
    }

    internal void Inject(Action delivery) => _injected.Enqueue(delivery);

    // Timers run as nobody's turn: what they await goes on in the first system.
    SynchronizationContext? Enter()
    {
        _thread = Environment.CurrentManagedThreadId;
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_dispatchers[0].Context);
        return outer;
    }

    bool TakeTurn()
    {
        while (_injected.TryDequeue(out var delivery))
        {
            ForeignPosts++;
            delivery();
        }
        while (_count > 0)
        {
            var place = _choice.Next(_count);
            var turn = _ready[place];
            _ready[place] = _ready[--_count];
            _ready[_count] = default;
            if (turn.Home.IsCrashed) continue;
            if (turn.Home.IsFrozen)
            {
                turn.Home.Hold(turn.Work, turn.Who);
                continue;
            }

            Turns++;
            Fingerprint = (Fingerprint ^ (ulong)turn.Who ^ ((ulong)turn.Home.Number << 40)) * Prime;
            SynchronizationContext.SetSynchronizationContext(turn.Home.Context);
            turn.Work.Execute();
            return true;
        }
        return false;
    }

    void Attach(WorldDispatcher dispatcher) => dispatcher.OnMessage = _trace is null
        ? null
        : (receiver, message, sender) => _trace(new TracedMessage(Turns, Time.Elapsed, receiver, message, sender));

    static WorldDispatcher Dispatcher(ActorSystem system) => system.Dispatcher as WorldDispatcher
        ?? throw new ArgumentException($"{system} is not of a deterministic world", nameof(system));

    readonly record struct Turn(IThreadPoolWorkItem Work, WorldDispatcher Home, long Who);
}

/// <summary>A message that an actor is about to get.</summary>
/// <param name="Turn">The number of the turn.</param>
/// <param name="At">When, in virtual time.</param>
/// <param name="Receiver">Who.</param>
/// <param name="Message">What.</param>
/// <param name="Sender">From whom, if anybody.</param>
public readonly record struct TracedMessage(long Turn, TimeSpan At, IActorRef Receiver, object Message, IActorRef? Sender)
{
    public override string ToString() => $"{Turn} {At} {Receiver.Path.ToStringWithoutAddress()} <- {Message}";
}
