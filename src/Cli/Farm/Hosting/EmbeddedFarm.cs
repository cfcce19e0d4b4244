using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Control;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>
/// The whole farm in one process, its nodes too or in processes below it: the same coordinator and node actors as in a cluster, on a
/// journal and a store in the state folder.
/// One process holds the folder at a time.
/// </summary>
sealed class EmbeddedFarm : IAsyncDisposable
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    readonly StateLock _lock;
    readonly CancellationTokenSource _ended = new();
    readonly Task _sweeping;
    readonly SqliteJournal _journal;
    readonly LocalFabric _fabric;
    readonly TimeProvider _clock;

    EmbeddedFarm(string state, StateLock held, TimeProvider clock, Action<string> notice)
    {
        (Folder, _lock, _clock) = (state, held, clock);
        _journal = new SqliteJournal(Path.Combine(state, "farm.db"), notice);
        _fabric = new LocalFabric(notice);
        var folder = new DirectoryObjectStore(state);
        // Beside the start: a folder of many cells takes its time.
        _sweeping = Task.Run(() => folder.Sweep(_ended.Token));
        Store = new WatchedStore(folder, clock);
    }

    /// <summary>The state folder.</summary>
    public string Folder { get; }

    /// <summary>Pictures, checkpoints, results.</summary>
    public WatchedStore Store { get; }

    /// <summary>Carries messages between the coordinator and nodes.</summary>
    public IFabric Fabric => _fabric;

    /// <summary>Takes the state folder, making it if need be.</summary>
    /// <exception cref="StyleFarmException">BadInput: another process holds it, or it cannot be used.</exception>
    public static EmbeddedFarm Open(string state, TimeProvider clock, Action<string> notice)
    {
        var held = StateLock.Acquire(state);
        try
        {
            return new EmbeddedFarm(state, held, clock, notice);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Works on one job until it has come to its end.</summary>
    /// <param name="job">The job; one that is known already goes on.</param>
    /// <param name="source">What it expands into.</param>
    /// <param name="sink">Where results go.</param>
    /// <param name="nodes">At least one.</param>
    /// <param name="watch">Told what happens.</param>
    /// <param name="options">The rules.</param>
    /// <param name="cancellation">Leaves all work at checkpoints.</param>
    /// <exception cref="OperationCanceledException">Cancelled; everything is kept.</exception>
    /// <exception cref="StyleFarmException">The journal or the store cannot be used, or the job's inputs cannot be read.</exception>
    public async Task<FarmOutcome> RunAsync(JobSpec job, ICellSource source, IResultSink sink, IReadOnlyList<IFarmNode> nodes,
        IFarmWatch watch,
        FarmOptions options, CancellationToken cancellation)
    {
        var system = FarmSystem.Create("stylefarm", _clock, watch.Warn);
        var running = new List<IRunningNode>();
        try
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Store.GaveUp = message => ended.TrySetException(new StyleFarmException(ErrorCode.OutOfResources, message));
            system.ActorOf(Props.Create(() => new WatchActor(job.Id, watch, ended)), "watch");
            using var losses = Fabric.Subscribe(watch.Losses);
            var parts = new CoordinatorParts
            {
                Journal = _journal,
                Store = Store,
                Fabric = Fabric,
                Source = source,
                Sink = sink,
                Time = _clock,
                Options = options,
            };
            var coordinator = system.ActorOf(Props.Create(() => new CoordinatorSupervisor(parts)), "coordinator");
            await Ask(coordinator, new SubmitJob(job), ended.Task).ConfigureAwait(false);
            await using var control = ControlServer.Start(Folder, new ControlDesk(coordinator));
            var around = new NodeSurroundings(system, Fabric, _clock, watch.Notice, watch.Warn, fault => ended.TrySetException(fault));
            running.AddRange(nodes.Select(node => node.Start(around)));
            await WatchOver(coordinator, job.Id, watch, ended.Task, running, cancellation).ConfigureAwait(false);
            return await FarmOutcome.Of(coordinator, job.Id).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(running.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
            await system.Terminate().ConfigureAwait(false);
        }
    }

    /// <summary>The state of the farm as the journal has it.</summary>
    /// <exception cref="StyleFarmException">BadInput: the journal cannot be read.</exception>
    public async Task<FarmState> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return (await FarmLog.OpenAsync(_journal, cancellation).ConfigureAwait(false)).State;
        }
        catch (JournalException e)
        {
            throw StyleFarmException.BadInput(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _sweeping.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        _ended.Dispose();
        await _journal.DisposeAsync().ConfigureAwait(false);
        _fabric.Dispose();
        _lock.Dispose();
    }

    async Task WatchOver(IActorRef coordinator, JobId job, IFarmWatch watch, Task ended, List<IRunningNode> nodes,
        CancellationToken cancellation)
    {
        while (!ended.IsCompleted)
        {
            if (cancellation.IsCancellationRequested)
            {
                await Leave(nodes).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
            }

            await Task.WhenAny(ended, Task.Delay(Glance, _clock, cancellation)).ConfigureAwait(false);
            if (!ended.IsCompleted && await FarmGlance.Of(coordinator, job).ConfigureAwait(false) is { } glance) watch.Glanced(glance);
        }

        await ended.ConfigureAwait(false);
        await Leave(nodes).ConfigureAwait(false);
    }

    /// <summary>Every node leaves its work at checkpoints, hears that they are known, and ends.</summary>
    static Task Leave(List<IRunningNode> nodes) => Task.WhenAll(nodes.Select(node => node.LeaveAsync()));

    static async Task Ask(IActorRef coordinator, FarmCommand command, Task ended)
    {
        var answer = coordinator.Ask<object>(new Request(command), TimeSpan.FromMinutes(5));
        if (await Task.WhenAny(answer, ended).ConfigureAwait(false) == ended) await ended.ConfigureAwait(false);
        if (await answer.ConfigureAwait(false) is Refused refused) throw StyleFarmException.BadUsage(refused.Message);
    }
}
