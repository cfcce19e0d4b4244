using StyleFarm.Actors;
using StyleFarm.Actors.Testing;

namespace StyleFarm.Simulation.Tests;

/// <summary>A process of the farm: it can be killed at any moment, or get no processor for a while. What others do for it goes on.</summary>
sealed class SimProcess
{
    readonly FarmSimulation _farm;
    readonly Queue<Action> _held = new();

    public SimProcess(FarmSimulation farm, string name)
    {
        (_farm, Name) = (farm, name);
        System = farm.World.CreateSystem(name);
        Clock = new SimClock(farm.World.Time);
        Events = System.ActorOf(Props.Create(() => new EventWatch(farm, this)), "events");
    }

    public string Name { get; }

    public ActorSystem System { get; }

    public SimClock Clock { get; }

    public IActorRef Events { get; }

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    public override string ToString() => Name;

    /// <summary>Kill -9.</summary>
    public void Crash()
    {
        if (!IsAlive) return;
        _farm.Log?.Add($"{Name} is killed");
        IsAlive = false;
        _held.Clear();
        DeterministicWorld.Crash(System);
    }

    /// <summary>Gets no processor for a while.</summary>
    public void Stall(TimeSpan span)
    {
        if (!IsAlive || IsFrozen) return;
        _farm.Log?.Add($"{Name} stalls for {span.TotalSeconds:F1} s");
        IsFrozen = true;
        DeterministicWorld.Freeze(System);
        _farm.After(span, GoOn);
    }

    public void GoOn()
    {
        if (!IsFrozen) return;
        IsFrozen = false;
        if (!IsAlive) return;
        _farm.Log?.Add($"{Name} goes on");
        DeterministicWorld.Thaw(System);
        while (_held.TryDequeue(out var action)) Run(action);
    }

    /// <summary>Does something in the process: at once, when it goes on, or never.</summary>
    public void Run(Action action)
    {
        if (!IsAlive) return;
        if (IsFrozen) _held.Enqueue(action);
        else action();
    }

    /// <summary>Does something in the process after a while.</summary>
    public ITimer Later(TimeSpan delay, Action action) => _farm.After(delay, () => Run(action));

    /// <summary>A wait; its end is a turn of nobody.</summary>
    public Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        Later(delay, done.SetResult);
        return done.Task;
    }
}
