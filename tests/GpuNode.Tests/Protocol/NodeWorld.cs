using StyleFarm.Actors;
using StyleFarm.Actors.Testing;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Tests.Protocol;

/// <summary>One node alone in a deterministic world; the test is its coordinator and its engine.</summary>
sealed class NodeWorld : IFabric
{
    public const int BeatMs = 1000;
    public const int LeaseMs = 5000;

    readonly List<WireMessage> _sent = [];
    IFabricListener? _listener;

    public NodeWorld(Func<NodeWorld, IShardEngine>? engines = null)
    {
        Node = World.System.ActorOf(GpuNodeActor.PropsOf(Options, this, () => MakeEngine(engines), World.Time, Notes.Add), "node");
        World.RunUntilIdle();
    }

    public static NodeOptions Options { get; } = new()
    {
        Node = new NodeId("one"),
        Incarnation = "first",
        Device = "cpu",
        MemoryBytes = 1 << 30,
        WeightsHash = "weights",
        Version = "1.2.3",
        Precisions = ["fp32"],
    };

    public DeterministicWorld World { get; } = new(seed: 1);

    public IActorRef Node { get; }

    public List<IShardEngine> Engines { get; } = [];

    public ScriptedEngine Engine => (ScriptedEngine)Engines[^1];

    public List<string> Notes { get; } = [];

    public bool IsListening => _listener is not null;

    /// <summary>What the node has said since this was last asked.</summary>
    public List<WireMessage> Said()
    {
        World.RunUntilIdle();
        List<WireMessage> said = [.. _sent];
        _sent.Clear();
        return said;
    }

    public List<T> Said<T>()
        where T : WireMessage => [.. Said().OfType<T>()];

    public NodeWorld Hear(params WireMessage[] messages)
    {
        foreach (var message in messages) _listener!.Delivered(IFabric.Coordinator, message);
        World.RunUntilIdle();
        return this;
    }

    /// <summary>Makes it a welcome node of the coordinator of epoch 1.</summary>
    public NodeWorld Welcome(long epoch = 1) =>
        Hear(new NodeWelcome { CoordinatorEpoch = epoch, HeartbeatMilliseconds = BeatMs, LeaseMilliseconds = LeaseMs });

    public NodeWorld Reply(params Lease[] lost) => Hear(new HeartbeatReply { CoordinatorEpoch = 1, Lost = [.. lost] });

    public NodeWorld Wait(double seconds)
    {
        World.Advance(TimeSpan.FromSeconds(seconds));
        World.RunUntilIdle();
        return this;
    }

    public Heartbeat NextBeat()
    {
        Said();
        Wait(BeatMs / 1000.0);
        return Said<Heartbeat>().Last();
    }

    /// <summary>Lets the engine tell.</summary>
    public ScriptedRun Run(int number, Action<ScriptedRun> tell)
    {
        var run = Engines.Cast<ScriptedEngine>().SelectMany(engine => engine.Runs).ElementAt(number);
        tell(run);
        World.RunUntilIdle();
        return run;
    }

    public static Lease LeaseOf(int shard, long epoch = 1) => new(new ShardId(shard), Options.Node, epoch);

    public static AssignShard Shard(int shard, int cells = 2, long epoch = 1, long coordinator = 1) => new()
    {
        CoordinatorEpoch = coordinator,
        Lease = LeaseOf(shard, epoch),
        Job = new JobId("job"),
        Recipe = RecipePresets.Get("d2l"),
        Precision = "fp32",
        CheckpointEvery = 10,
        Cells = [.. Enumerable.Range(0, cells).Select(cell => new CellAssignment { Cell = Cell(shard, cell), Attempt = (int)epoch })],
    };

    public static CellId IdOf(int shard, int cell) => new($"{shard:x8}{cell:x24}");

    public IDisposable Listen(string address, IFabricListener listener)
    {
        Assert.Equal("node.one", address);
        _listener = listener;
        return new Listening(this, listener);
    }

    public void Send(string from, string to, WireMessage message)
    {
        Assert.Equal(("node.one", "coordinator"), (from, to));
        _sent.Add(message);
    }

    public void Publish(LossReport report) => throw new NotSupportedException("the engine publishes");

    public IDisposable Subscribe(Action<LossReport> listener) => throw new NotSupportedException();

    static CellSpec Cell(int shard, int cell) => new()
    {
        Id = IdOf(shard, cell),
        Index = cell,
        Content = new InputRef(new string('a', 64), "photo.jpg", 32, 32),
        Styles = [new StyleInput(new InputRef(new string('b', 64), "style.jpg", 32, 32), 1)],
        Steps = 100,
        Pixels = 1024,
        BatchKey = "key",
    };

    IShardEngine MakeEngine(Func<NodeWorld, IShardEngine>? engines)
    {
        var engine = engines?.Invoke(this) ?? new ScriptedEngine();
        Engines.Add(engine);
        return engine;
    }

    sealed class Listening(NodeWorld world, IFabricListener listener) : IDisposable
    {
        public void Dispose()
        {
            if (world._listener == listener) world._listener = null;
        }
    }
}
