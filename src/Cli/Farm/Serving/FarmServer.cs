using StyleFarm.Cli.Farm.Control;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Cli.Farm.Reports;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>
/// One of the processes that may coordinate a farm. It stands by until it leads, leads until another does or it is told to end, and stands
/// by again. What it knows is in the journal, so the one after it goes on where it was.
/// </summary>
sealed class FarmServer(string name, string folder, FarmServices services, ServerTerm term, TimeProvider clock, ServerLog log)
{
    volatile ControlDesk? _desk;

    /// <summary>Answers while this process leads; null while it stands by.</summary>
    public ControlDesk? Desk => _desk;

    /// <summary>Nodes that this process has itself, whether it leads or stands by.</summary>
    public IReadOnlyList<IFarmNode> Nodes { get; init; } = [];

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; everything is kept.</exception>
    /// <exception cref="StyleFarmException">The journal cannot be used.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var own = OwnNodes.Start(Nodes, services.Fabric, clock, log);
        using var ending = new CancellationTokenSource();
        var serving = ServeAsync(ending.Token);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(told.SetResult))
            if (await Task.WhenAny(serving, told.Task).ConfigureAwait(false) == serving) await serving.ConfigureAwait(false);
        // While somebody still hears where their checkpoints are.
        await own.LeaveAsync().ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await serving.ConfigureAwait(false);
    }

    async Task ServeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                log.Info($"{name} stands by");
                ServerInstruments.Leads(false);
                await term.BeginAsync(name, cancellation).ConfigureAwait(false);
                log.Info($"{name} leads");
                ServerInstruments.Leads(true);
                await LeadAsync(cancellation).ConfigureAwait(false);
            }
            catch (JournalException e) when (e.IsOvertaken)
            {
                log.Warn($"{name} leads no more: {e.Message}");
            }
            catch (JournalException e)
            {
                throw StyleFarmException.BadInput(e.Message, e);
            }
        }
    }

    async Task LeadAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var keeping = term.KeepAsync(ending.Token);
        var broken = new TaskCompletionSource<CoordinatorBroken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var journal = term.OpenJournal();
        var store = new PatientStore(services.Store, clock, log.Warn);
        using var desk = new FarmDesk(store, folder, new CellPlanner(isOnDevice: false, memoryBytes: null), clock, log.Info);
        var system = FarmSystem.Create("stylefarm", clock, log.Warn);
        try
        {
            var coordinator = Start(system, journal, store, desk, broken, ending.Token);
            _desk = new ControlDesk(coordinator);
            if (await Task.WhenAny(keeping, broken.Task).ConfigureAwait(false) == keeping) await keeping.ConfigureAwait(false);
            var end = await broken.Task.ConfigureAwait(false);
            throw new JournalException(end.Message, isTransient: false) { IsOvertaken = end.IsOvertaken };
        }
        finally
        {
            _desk = null;
            ServerInstruments.Leads(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await system.Terminate().ConfigureAwait(false);
            if (cancellation.IsCancellationRequested)
            {
                await journal.DisposeAsync().ConfigureAwait(false);
                await term.EndAsync().ConfigureAwait(false);
            }
        }
    }

    IActorRef Start(ActorSystem system, IJournal journal, IObjectStore store, FarmDesk desk, TaskCompletionSource<CoordinatorBroken> broken,
        CancellationToken ending)
    {
        var parts = new CoordinatorParts
        {
            Journal = journal,
            Store = services.Store,
            Fabric = services.Fabric,
            Source = new SharedInputs(desk.Source, store),
            Sink = desk.Sink,
            Time = clock,
            Options = new FarmOptions { WakesAllJobs = true },
        };
        IActorRef? coordinator = null;
        Action<JobId> report = job => _ = ReportAsync(coordinator!, desk, job, ending);
        system.ActorOf(Props.Create(() => new ServerWatch(log, report, broken)), "watch");
        return coordinator = system.ActorOf(Props.Create(() => new CoordinatorSupervisor(parts)), "coordinator");
    }

    /// <summary>Every sweep ends with its report.</summary>
    async Task ReportAsync(IActorRef coordinator, FarmDesk desk, JobId id, CancellationToken ending)
    {
        try
        {
            var question = new Look((farm, _) => farm.State.Job(id).Spec);
            var spec = await coordinator.Ask<JobSpec>(question, TimeSpan.FromMinutes(1), ending).ConfigureAwait(false);
            if (spec.Kind != JobKind.Sweep) return;
            var outcome = await FarmOutcome.Of(coordinator, id).ConfigureAwait(false);
            var page = await new SweepReports(desk, clock).WriteAsync(spec, outcome.Cells, null, ending).ConfigureAwait(false);
            log.Info($"job {id}: report {page}");
        }
        catch (Exception e) when (
            e is StyleFarmException or StoreException or AskTimeoutException or IOException or OperationCanceledException)
        {
            log.Warn($"job {id}: no report: {e.Message}");
        }
    }
}
