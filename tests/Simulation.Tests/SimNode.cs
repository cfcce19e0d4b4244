using StyleFarm.Actors;
using StyleFarm.GpuNode;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>A node's process, from its start to its end.</summary>
sealed class SimNode
{
    readonly Action _ended;
    Func<SimRun?> _rendering = () => null;

    public SimNode(FarmSimulation farm, string name, int incarnation, TimeSpan stepTime, Action ended)
    {
        (Farm, Name, StepTime, _ended) = (farm, name, stepTime, ended);
        Process = new SimProcess(farm, $"{name}-{incarnation}");
        Store = farm.Store.For(Process);
        var options = new NodeOptions
        {
            Node = new NodeId(name),
            Incarnation = $"{incarnation}",
            MemoryBytes = 600,
            WeightsHash = SimPlan.WeightsHash,
            Precisions = ["fp32"],
            RestartAtMost = TimeSpan.FromSeconds(10),
        };
        Actor = Process.System.ActorOf(GpuNodeActor.PropsOf(options, farm.Fabric.For(Process), MakeEngine, Process.Clock, Note), "node");
        Process.Events.Tell(new WatchOver(Actor, () => Die("it has left")), ActorRefs.NoSender);
    }

    public FarmSimulation Farm { get; }

    public string Name { get; }

    public SimProcess Process { get; }

    public IObjectStore Store { get; }

    public IActorRef Actor { get; }

    /// <summary>Of a batch of one.</summary>
    public TimeSpan StepTime { get; }

    /// <summary>The process ends at once.</summary>
    public void Die(string why)
    {
        if (!Process.IsAlive) return;
        Farm.Log?.Add($"{Process} dies: {why}");
        Process.Crash();
        _ended();
    }

    /// <summary>The engine breaks down over what it renders.</summary>
    public void BreakEngine() => Process.Run(() => _rendering()?.Crash("the device was lost"));

    /// <summary>Does asynchronous work in the process; what it awaits goes on where it is completed.</summary>
    public void Do(Func<Task> work) => Farm.Outside(() => _ = Guard(work));

    async Task Guard(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Farm.Break("the simulation works", $"{Process}: {e}");
        }
    }

    SimEngine MakeEngine()
    {
        if (Farm.Weather.EngineDoesNotStart) throw new InvalidOperationException("no device");
        var engine = new SimEngine(this);
        _rendering = () => engine.Rendering;
        return engine;
    }

    void Note(string line) => Farm.Log?.Add($"{Process}: {line}");
}
