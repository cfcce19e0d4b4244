using StyleFarm.Actors;
using StyleFarm.Coordinator.Actors;

namespace StyleFarm.Simulation.Tests;

/// <summary>The coordinator's processes: one at a time, and now and then two for a moment.</summary>
sealed class SimCoordinators(FarmSimulation farm)
{
    readonly List<Host> _hosts = [];
    int _started;

    /// <summary>The mind of the coordinator that holds the journal; null while none is known to.</summary>
    public Coordinator.Farm? Live { get; private set; }

    /// <summary>The process that was started last.</summary>
    public SimProcess Newest => _hosts[^1].Process;

    /// <summary>Whom to ask.</summary>
    public IActorRef Address => _hosts[^1].Supervisor;

    public void Start()
    {
        var process = new SimProcess(farm, $"coordinator-{++_started}");
        farm.Log?.Add($"{process} starts");
        var parts = new CoordinatorParts
        {
            Journal = farm.Journal.For(process),
            Store = farm.Store.For(process),
            Fabric = farm.Fabric.For(process),
            Source = new SimSource(farm, process),
            Sink = farm.Sink.For(process),
            Time = process.Clock,
            Options = farm.Plan.Options,
            SnapshotEvery = farm.Plan.SnapshotEvery,
        };
        _hosts.Add(new Host(process, process.System.ActorOf(Props.Create(() => new CoordinatorSupervisor(parts)), "coordinator")));
    }

    /// <summary>Kills the newest; another comes after a while.</summary>
    public void Kill(TimeSpan startAfter)
    {
        if (!Newest.IsAlive) return;
        Live = null;
        Newest.Crash();
        farm.After(startAfter, StartIfGone);
    }

    /// <summary>The newest stalls, is taken for dead, and goes on beside its successor.</summary>
    public void Overlap(TimeSpan stall, TimeSpan startAfter)
    {
        if (!Newest.IsAlive || Newest.IsFrozen) return;
        Newest.Stall(stall);
        farm.After(startAfter, Start);
    }

    public void StartIfGone()
    {
        if (!Newest.IsAlive) Start();
    }

    public IEnumerable<SimProcess> Alive => _hosts.Select(host => host.Process).Where(process => process.IsAlive);

    /// <summary>A coordinator has read the journal and begins: from now on its mind is looked into.</summary>
    public void Opened(SimProcess process)
    {
        var host = _hosts.Find(host => host.Process == process)!;
        host.Supervisor.Tell(new Look((mind, _) =>
        {
            if (mind.Epoch == farm.Journal.Epoch) Live = mind;
            return new Seen();
        }), process.Events);
    }

    /// <summary>A coordinator lost the journal for now, and begins anew.</summary>
    public void Troubled(SimProcess process)
    {
        farm.Log?.Add($"{process} has lost its journal for now");
        if (process == Newest) Live = null;
    }

    /// <summary>A coordinator cannot go on: that may only be because another has taken its place. It leaves as its process does.</summary>
    public void Broke(SimProcess process, string message)
    {
        farm.Log?.Add($"{process} is broken: {message}");
        if (!message.Contains("a newer writer", StringComparison.Ordinal)) farm.Break("the coordinator goes on", $"{process}: {message}");
        process.Crash();
        farm.After(TimeSpan.FromSeconds(1), StartIfGone);
    }

    sealed record Host(SimProcess Process, IActorRef Supervisor);
}

/// <summary>The answer to a look; nobody needs it.</summary>
sealed record Seen;
