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

    /// <summary>Nodes that this process has itself.</summary>
    public IReadOnlyList<IFarmNode> Nodes { get; init; } = [];

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; everything is kept.</exception>
    /// <exception cref="StyleFarmException">The journal cannot be used.</exception>
    public async Task RunAsync(CancellationToken cancellation)
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
        var running = new List<IRunningNode>();
        try
        {
            var coordinator = Start(system, journal, store, desk, broken, ending.Token);
            _desk = new ControlDesk(coordinator);
            var around = new NodeSurroundings(system, services.Fabric, clock, log.Info, log.Warn, fault => log.Warn(fault.Message));
            running.AddRange(Nodes.Select(node => node.Start(around)));
            if (await Task.WhenAny(keeping, broken.Task).ConfigureAwait(false) == keeping) await keeping.ConfigureAwait(false);
            var end = await broken.Task.ConfigureAwait(false);
            throw new JournalException(end.Message, isTransient: false) { IsOvertaken = end.IsOvertaken };
        }
        finally
        {
            if (cancellation.IsCancellationRequested) await Task.WhenAll(running.Select(node => node.LeaveAsync())).ConfigureAwait(false);
            _desk = null;
            ServerInstruments.Leads(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
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
