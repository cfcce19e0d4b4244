namespace StyleFarm.Actors;

/// <summary>
/// The order in which a process lets go: phases one after the other, the tasks of a phase side by side. A task that fails or takes longer
/// than its phase may is noted in the log and does not hold up the rest. The last phase ends the actor system.
/// </summary>
public sealed class CoordinatedShutdown
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    static readonly string[] Phases =
    [
        PhaseBeforeServiceUnbind, PhaseServiceUnbind, PhaseServiceRequestsDone, PhaseServiceStop, PhaseBeforeClusterShutdown,
        PhaseClusterShardingShutdownRegion, PhaseClusterLeave, PhaseClusterExiting, PhaseClusterExitingDone, PhaseClusterShutdown,
        PhaseBeforeActorSystemTerminate, PhaseActorSystemTerminate,
    ];

    readonly Lock _gate = new();
    readonly Dictionary<string, List<(string Name, Func<Task<Done>> Run)>> _tasks = [];
    readonly TaskCompletionSource<Done> _done;

    internal CoordinatedShutdown(ActorSystem system)
    {
        System = system;
        _done = new TaskCompletionSource<Done>(system.Dispatcher.TaskOptions);
        AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            System.StopGuardians();
            await System.WhenTerminated;
            return Done.Instance;
        });
    }

    public ActorSystem System { get; }

    /// <summary>Why it runs; null while it does not.</summary>
    public Reason? ShutdownReason { get; private set; }

    /// <summary>The one of a system.</summary>
    public static CoordinatedShutdown Get(ActorSystem sys) => sys.CoordinatedShutdown;

    /// <summary>Adds a task to a phase that has not begun.</summary>
    /// <exception cref="ConfigurationException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        RequireKnown(phase);
        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks)) _tasks.Add(phase, tasks = []);
            tasks.Add((taskName, task));
        }
    }

    /// <summary>How long a phase may take.</summary>
    public TimeSpan Timeout(string phase)
    {
        RequireKnown(phase);
        return phase is PhaseClusterShardingShutdownRegion or PhaseClusterExiting or PhaseActorSystemTerminate
            ? TimeSpan.FromSeconds(10)
            : TimeSpan.FromSeconds(5);
    }

    /// <summary>Runs the phases, once: later calls get the task of the first.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="fromPhase">The phase to begin with; null for all.</param>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        if (fromPhase is not null) RequireKnown(fromPhase);
        lock (_gate)
        {
            if (ShutdownReason is not null) return _done.Task;
            ShutdownReason = reason;
        }
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(System.Dispatcher.Context);
        try
        {
            _ = RunPhasesAsync(fromPhase is null ? 0 : Array.IndexOf(Phases, fromPhase));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        return _done.Task;
    }

    async Task RunPhasesAsync(int first)
    {
        foreach (var phase in Phases.Skip(first))
        {
            (string Name, Func<Task<Done>> Run)[] tasks;
            lock (_gate) tasks = _tasks.TryGetValue(phase, out var present) ? [.. present] : [];
            if (tasks.Length > 0) await RunPhaseAsync(phase, tasks);
        }
        System.Dispatcher.Settle(() => _done.TrySetResult(Done.Instance));
    }

    async Task RunPhaseAsync(string phase, (string Name, Func<Task<Done>> Run)[] tasks)
    {
        using var over = new CancellationTokenSource();
        var all = Task.WhenAll(tasks.Select(task => RunTaskAsync(phase, task.Name, task.Run)));
        var late = Task.Delay(Timeout(phase), System.Options.Time, over.Token);
        if (await Task.WhenAny(all, late) == late)
            System.Log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, Timeout(phase));
        // Not CancelAsync: it would leave for another thread.
        over.Cancel();
    }

    async Task RunTaskAsync(string phase, string name, Func<Task<Done>> run)
    {
        try
        {
            await run();
        }
        catch (Exception error)
        {
            System.Log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, error.Message);
        }
    }

    static void RequireKnown(string phase)
    {
        if (!Phases.Contains(phase))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(",", Phases)}]");
    }

    /// <summary>Why a shutdown runs; derive for reasons of one's own.</summary>
    public class Reason
    {
        protected Reason()
        {
        }
    }

    /// <summary>Nobody said.</summary>
    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        UnknownReason()
        {
        }
    }

    /// <summary><see cref="ActorSystem.Terminate"/> was called.</summary>
    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        ActorSystemTerminateReason()
        {
        }
    }

    /// <summary>The process ends.</summary>
    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        ClrExitReason()
        {
        }
    }
}
