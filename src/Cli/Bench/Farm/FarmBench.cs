using System.Diagnostics;
using System.Text.Json.Nodes;
using StyleFarm.Backends.Embedded;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>
/// Measures the coordinator, its journal and the node actors with devices that only take their time: durable transitions of cells a
/// second, how busy nodes are, how long they wait for work, how long messages take, and the memory of a large archive.
/// </summary>
/// <param name="Nodes">Simulated nodes.</param>
/// <param name="Cells">Cells of the archive.</param>
/// <param name="ShardCells">Cells to a shard.</param>
/// <param name="Pace">How long shards take.</param>
/// <param name="Fabric">A broker, to which every node has a connection of its own, from another process; null: all in this one.</param>
/// <param name="JournalUrl">One of <see cref="BenchJournal.Forms"/>.</param>
sealed record FarmBench(int Nodes, long Cells, int ShardCells, ShardPace Pace, string? Fabric, string JournalUrl)
{
    /// <summary>Found, claimed, accepted, put in place: what the journal keeps of each cell that all goes well with.</summary>
    const int TransitionsPerCell = 4;

    static readonly TimeSpan AskPatience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan JoinPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it and gives the figures.</summary>
    public async Task<JsonObject> RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        await using var place = BenchJournal.Create(JournalUrl);
        // A coordinator would wait for a database that does not answer.
        await place.Journal.OpenAsync(cancellation).ConfigureAwait(false);
        if (Fabric is null)
        {
            using var local = new LocalFabric();
            return await RunIn(place, new LocalCrew(this, local, clock), clock, cancellation).ConfigureAwait(false);
        }

        await using var broker = await BrokerCrew.ConnectAsync(this, Fabric, clock, cancellation).ConfigureAwait(false);
        return await RunIn(place, broker, clock, cancellation).ConfigureAwait(false);
    }

    async Task<JsonObject> RunIn(BenchJournal place, IBenchCrew crew, TimeProvider clock, CancellationToken cancellation)
    {
        var system = ActorSystems.Create("bench", clock);
        var journal = new MeteredJournal(place.Journal, clock);
        var parts = new CoordinatorParts
        {
            Journal = journal,
            Store = new PaperStore(),
            Fabric = crew.Fabric,
            Source = new PaperSource(Cells),
            Sink = new PaperSink(),
            Time = clock,
        };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new DoneWatch(done)));
        var coordinator = system.ActorOf(Props.Create(() => new CoordinatorSupervisor(parts)), "coordinator");
        await crew.StartAsync(cancellation).ConfigureAwait(false);
        while (await coordinator.Ask<JoinedNodes>(JoinedNodes.Question, AskPatience, cancellation).ConfigureAwait(false) is var joined
            && joined.Count < Nodes)
            await Task.Delay(JoinPause, clock, cancellation).ConfigureAwait(false);

        using var self = Process.GetCurrentProcess();
        var (began, cpu) = (clock.GetTimestamp(), self.TotalProcessorTime);
        using var memory = new MemoryMeter(clock);
        await coordinator.Ask<Obeyed>(new Request(new SubmitJob(Job())), AskPatience, cancellation).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellation).ConfigureAwait(false);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;
        var figures = await crew.EndAsync(cancellation).ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        var all = Figures(seconds, journal, memory);
        all["process_cpu_seconds"] = cpu.TotalSeconds;
        all["journal"] = place.Journal.Description;
        all["journal_bytes"] = await place.SizeAsync().ConfigureAwait(false);
        crew.Describe(all, figures, began, seconds);
        return all;
    }

    JsonObject Figures(double seconds, MeteredJournal journal, MemoryMeter memory) => new()
    {
        ["nodes"] = Nodes,
        ["cells"] = Cells,
        ["shard_cells"] = ShardCells,
        ["shard_seconds"] = Pace.Shard.TotalSeconds,
        ["shard_spread_percent"] = Pace.SpreadPercent,
        ["seconds"] = seconds,
        ["transitions_per_second"] = Cells * TransitionsPerCell / seconds,
        ["peak_managed_bytes"] = memory.PeakManagedBytes,
        ["peak_resident_bytes"] = memory.PeakResidentBytes,
        ["appends_per_second"] = journal.Appends / seconds,
        ["records_per_second"] = journal.Records / seconds,
        ["records_per_append_median"] = journal.RecordsPerAppend(0.5),
        ["records_per_append_p99"] = journal.RecordsPerAppend(0.99),
        ["append_ms_median"] = journal.AppendMilliseconds(0.5),
        ["append_ms_p99"] = journal.AppendMilliseconds(0.99),
    };

    JobSpec Job() => new()
    {
        Id = new JobId("bench"),
        Name = "bench",
        Kind = JobKind.Batch,
        Recipe = RecipePresets.Get(RecipePresets.DefaultName),
        WeightsHash = "w",
        ShardCells = ShardCells,
    };

    sealed record JoinedNodes(int Count)
    {
        public static readonly Look Question = new((farm, _) => new JoinedNodes(farm.Presence.Nodes.Count));
    }

    sealed class DoneWatch : ReceiveActor
    {
        public DoneWatch(TaskCompletionSource done)
        {
            Receive<Happened>(happened => { if (happened.Event is JobStatusChanged { Status: JobStatus.Done }) done.TrySetResult(); });
            Receive<CoordinatorBroken>(broken => done.TrySetException(new JournalException(broken.Message, isTransient: false)));
        }

        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(Happened));
            Context.System.EventStream.Subscribe(Self, typeof(CoordinatorBroken));
        }
    }
}
