using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Protocol;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode;

/// <summary>
/// A node of the farm: takes shards from the coordinator, has its engine render them, and tells what they come to. Work happens in the
/// engine; a turn only decides. An engine that breaks down is replaced; the actor lives on.
/// </summary>
public sealed class GpuNodeActor : ReceiveActor, IWithTimers
{
    readonly NodeOptions _options;
    readonly IFabric _fabric;
    readonly Func<IShardEngine> _engines;
    readonly TimeProvider _clock;
    readonly Action<string> _note;
    readonly Dictionary<int, IShardRun> _runs = [];
    NodeState _state;
    long _born;
    IDisposable? _listening;
    IShardEngine? _engine;
    int _engineNumber;

    /// <summary>A node that begins when it is started.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="fabric">Carries its messages.</param>
    /// <param name="engines">Makes a fresh engine; must return at once.</param>
    /// <param name="clock">Measures times.</param>
    /// <param name="note">Takes lines for the log, from the actor's own turns.</param>
    public GpuNodeActor(NodeOptions options, IFabric fabric, Func<IShardEngine> engines, TimeProvider clock, Action<string> note)
    {
        (_options, _fabric, _engines, _clock, _note) = (options, fabric, engines, clock, note);
        _state = new NodeState(options, options.Incarnation);
        Receive<Incoming>(incoming => Turn(() => _state.Heard(incoming.Message, Now)));
        Receive<FromEngine>(told => Turn(() => _state.Told(told.Run, told.Event, told.Engine == _engineNumber, Now)));
        Receive<HeartIsDue>(_ => Turn(() => _state.Beat(Now)));
        Receive<HelloIsDue>(_ => Turn(_state.HelloDue));
        Receive<EngineIsDue>(_ => Turn(StartEngine));
        Receive<LeaveFarm>(_ => Turn(() => _state.BeginLeaving(Now)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    TimeSpan Now => _clock.GetElapsedTime(_born);

    /// <summary>Makes actors of this kind; the parameters are those of the constructor.</summary>
    public static Props PropsOf(NodeOptions options, IFabric fabric, Func<IShardEngine> engines, TimeProvider clock, Action<string> note) =>
        Props.Create(() => new GpuNodeActor(options, fabric, engines, clock, note));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _born = _clock.GetTimestamp();
        var self = Self;
        _listening = _fabric.Listen(_options.Address, new Listener(self));
        Turn(_state.Begin);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        // What the instance before held is lost, and the coordinator must not take it for held.
        _state = new NodeState(_options, $"{_options.Incarnation}-{_clock.GetUtcNow().UtcTicks:x}");
        _note($"node {_options.Node} starts over: {reason.Message}");
        base.PostRestart(reason);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _listening?.Dispose();
        _engine?.Dispose();
    }

    void Turn(Action turn)
    {
        turn();
        for (var effects = _state.TakeEffects(); effects.Count > 0; effects = _state.TakeEffects())
            foreach (var effect in effects)
                Carry(effect);
    }

    void Carry(NodeEffect effect)
    {
        switch (effect)
        {
            case Say say: _fabric.Send(_options.Address, IFabric.Coordinator, say.Message); break;
            case HelloAgain again: Timers.StartSingleTimer(HelloIsDue.Key, HelloIsDue.Instance, again.After); break;
            case BeatEvery beat: Timers.StartPeriodicTimer(HeartIsDue.Key, HeartIsDue.Instance, beat.Interval); break;
            case ReplaceEngine replace: Replace(replace.After); break;
            case StartRun start: Start(start.Run, start.Shard); break;
            case PrefetchShard prefetch: _engine?.Prefetch(prefetch.Shard); break;
            case StopRun stop: _runs.GetValueOrDefault(stop.Run)?.Stop(stop.Cells, stop.Reason); break;
            case CancelRun cancel when _runs.Remove(cancel.Run, out var run): run.Cancel(); break;
            case ForgetRun forget: _runs.Remove(forget.Run); break;
            case Note note: _note(note.Line); break;
            case Leave: Context.Stop(Self); break;
        }
    }

    void Start(int run, AssignShard shard)
    {
        var (self, engine) = (Self, _engineNumber);
        try
        {
            _runs[run] = _engine!.Start(shard, told => self.Tell(new FromEngine(engine, run, told), ActorRefs.NoSender));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _state.Told(run, new ShardCrashed(e.Message, IsTransient: true), isFromPresentEngine: true, Now);
        }
    }

    void Replace(TimeSpan after)
    {
        _engine?.Dispose();
        _engine = null;
        _engineNumber++;
        if (after == TimeSpan.Zero) StartEngine();
        else Timers.StartSingleTimer(EngineIsDue.Key, EngineIsDue.Instance, after);
    }

    void StartEngine()
    {
        try
        {
            _engine = _engines();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _state.EngineFailed(e.Message);
            return;
        }

        _state.EngineStarted();
    }

    sealed record Incoming(WireMessage Message);

    sealed record FromEngine(int Engine, int Run, ShardEvent Event);

    sealed record HeartIsDue
    {
        public const string Key = "heart";

        public static readonly HeartIsDue Instance = new();
    }

    sealed record HelloIsDue
    {
        public const string Key = "hello";

        public static readonly HelloIsDue Instance = new();
    }

    sealed record EngineIsDue
    {
        public const string Key = "engine";

        public static readonly EngineIsDue Instance = new();
    }

    sealed class Listener(IActorRef node) : IFabricListener
    {
        public void Delivered(string from, WireMessage message) => node.Tell(new Incoming(message), ActorRefs.NoSender);

        public void Returned(string to, WireMessage message)
        {
            // The coordinator is away: hellos, heartbeats and final reports are repeated anyway.
        }
    }
}
