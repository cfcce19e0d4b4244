using System.Text.Json.Nodes;
using StyleFarm.Backends.Embedded;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.GpuNode;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>
/// Measures the coordinator, its journal on disk and the node actors with devices that only take their time: durable transitions of
/// cells a second, how busy nodes are, how long they wait for work, and the memory of a large archive.
/// </summary>
/// <param name="Nodes">Simulated nodes.</param>
/// <param name="Cells">Cells of the archive.</param>
/// <param name="ShardCells">Cells to a shard.</param>
/// <param name="ShardTime">How long a shard takes a node.</param>
sealed record FarmBench(int Nodes, long Cells, int ShardCells, TimeSpan ShardTime)
{
    /// <summary>Found, claimed, accepted, put in place: what the journal keeps of each cell that all goes well with.</summary>
    const int TransitionsPerCell = 4;

    /// <summary>Runs it in a folder of its own and gives the figures.</summary>
    public async Task<JsonObject> RunAsync(TimeProvider clock, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("stylefarm-bench-");
        try
        {
            return await RunIn(folder.FullName, clock, cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    async Task<JsonObject> RunIn(string folder, TimeProvider clock, CancellationToken cancellation)
    {
        var system = ActorSystems.Create("bench", clock);
        await using var journal = new SqliteJournal(Path.Combine(folder, "farm.db"));
        using var fabric = new LocalFabric();
        var work = new WorkMeter(Nodes, clock);
        var parts = new CoordinatorParts
        {
            Journal = journal,
            Store = new PaperStore(),
            Fabric = fabric,
            Source = new PaperSource(Cells),
            Sink = new PaperSink(),
            Time = clock,
        };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new DoneWatch(done)));
        var coordinator = system.ActorOf(Props.Create(() => new CoordinatorSupervisor(parts)), "coordinator");
        for (var i = 0; i < Nodes; i++)
        {
            var (options, number) =
                (new NodeOptions { Node = new NodeId($"n{i:D4}"), Incarnation = "1", WeightsHash = "w", MemoryBytes = 1L << 40 }, i);
            system.ActorOf(GpuNodeActor.PropsOf(options, fabric, () =>
                new PacedEngine(ShardTime, clock, isBusy => work.Note(number, isBusy)), clock, _ => { }));
        }

        var began = clock.GetTimestamp();
        using var memory = new MemoryMeter(clock);
        await coordinator.Ask<Obeyed>(new Request(new SubmitJob(Job())), TimeSpan.FromMinutes(1), cancellation).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellation).ConfigureAwait(false);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        await system.Terminate().ConfigureAwait(false);
        return new JsonObject
        {
            ["nodes"] = Nodes,
            ["cells"] = Cells,
            ["shard_cells"] = ShardCells,
            ["shard_seconds"] = ShardTime.TotalSeconds,
            ["seconds"] = seconds,
            ["transitions_per_second"] = Cells * TransitionsPerCell / seconds,
            ["utilisation"] = work.Utilisation(),
            ["idle_ms_median"] = work.GapMilliseconds(0.5),
            ["idle_ms_p99"] = work.GapMilliseconds(0.99),
            ["peak_managed_bytes"] = memory.PeakManagedBytes,
            ["peak_resident_bytes"] = memory.PeakResidentBytes,
            ["journal_bytes"] = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length),
            ["lost_messages"] = fabric.LostMessages,
        };
    }

    JobSpec Job() => new()
    {
        Id = new JobId("bench"),
        Name = "bench",
        Kind = JobKind.Batch,
        Recipe = RecipePresets.Get(RecipePresets.DefaultName),
        WeightsHash = "w",
        ShardCells = ShardCells,
    };

    sealed class DoneWatch : ReceiveActor
    {
        public DoneWatch(TaskCompletionSource done) =>
            Receive<Happened>(happened => { if (happened.Event is JobStatusChanged { Status: JobStatus.Done }) done.TrySetResult(); });

        protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Happened));
    }
}
