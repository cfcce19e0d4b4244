using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>
/// The rules of a node, without clock, network or device: what it hears goes in, what is to be done comes out. Times are counted from
/// the node's start by a clock that never goes back.
/// </summary>
sealed class NodeState
{
    readonly NodeOptions _options;
    readonly string _incarnation;
    readonly Membership _membership;
    readonly ShardDesk _desk;
    readonly WorkWindow _work = new();
    readonly List<NodeEffect> _effects = [];
    bool _isDraining;
    TimeSpan? _leaveBy;

    public NodeState(NodeOptions options, string incarnation)
    {
        (_options, _incarnation) = (options, incarnation);
        _membership = new Membership(options);
        _desk = new ShardDesk(options, _effects.Add);
    }

    bool IsLeaving => _leaveBy is not null;

    /// <summary>The node has started.</summary>
    public void Begin()
    {
        _effects.Add(new ReplaceEngine(TimeSpan.Zero));
        SayHello();
    }

    /// <summary>What is to be done, in order; asked after each of the other calls.</summary>
    public IReadOnlyList<NodeEffect> TakeEffects()
    {
        NodeEffect[] effects = [.. _effects];
        _effects.Clear();
        return effects;
    }

    /// <summary>A message came.</summary>
    public void Heard(WireMessage message, TimeSpan now)
    {
        if (EpochOf(message) is not { } epoch) return;
        var before = _membership.Epoch;
        if (!_membership.Accepts(epoch)) return;
        switch (message)
        {
            case NodeWelcome welcome: Welcomed(welcome, now); break;
            case HeartbeatReply reply: Answered(reply, now); break;
            case AssignShard order when order.Lease.Node == _options.Node && _membership.IsWelcome: Assigned(order, now); break;
            case StopCells stop: _desk.Stop(stop.Lease, stop.Cells, stop.Reason); break;
            case CancelShard cancel: _desk.Drop(cancel.Lease); break;
            case DrainNode drain: Drain(drain.IsDraining); break;
            case Receipt receipt: _desk.Receipt(receipt.Lease, receipt.Cells); break;
        }

        if (epoch > before && !_membership.IsWelcome && before > 0) SayHello();
        LeaveWhenDone();
    }

    /// <summary>The engine said something of a run.</summary>
    public void Told(int run, ShardEvent told, bool isFromPresentEngine, TimeSpan now)
    {
        if (told is ShardPaced paced) _work.Add(now, paced.PixelSteps, paced.Busy);
        else _desk.Told(run, told, isFromPresentEngine);
        LeaveWhenDone();
    }

    /// <summary>A fresh engine stands ready.</summary>
    public void EngineStarted() => _desk.EngineStarted();

    /// <summary>No engine could be started.</summary>
    public void EngineFailed(string message) => _desk.EngineFailed(message);

    /// <summary>The heart beats.</summary>
    public void Beat(TimeSpan now)
    {
        if (_membership.RunsOut(now))
        {
            // Nothing is lost: should the coordinator still know the lease when it is back, the reports tell where each cell stands.
            _effects.Add(new Note("the coordinator has not answered for the length of a lease: work is left with checkpoints"));
            _desk.StopAll(StopReason.Rebalance);
            SayHello();
        }

        SayAlive(now);
        _desk.RepeatReports();
        if (now >= _leaveBy) _effects.Add(new Leave());
    }

    /// <summary>A hello may have gone unheard.</summary>
    public void HelloDue()
    {
        if (!_membership.IsWelcome) SayHello();
    }

    /// <summary>The node is to leave: with checkpoints and receipts if they come in time.</summary>
    public void BeginLeaving(TimeSpan now)
    {
        _leaveBy ??= now + _options.LeaveAtMost;
        // First, so that nothing new comes for what is given back.
        SayAlive(now);
        _desk.StopAll(StopReason.Drain);
        LeaveWhenDone();
    }

    static long? EpochOf(WireMessage message) => message switch
    {
        NodeWelcome welcome => welcome.CoordinatorEpoch,
        HeartbeatReply reply => reply.CoordinatorEpoch,
        AssignShard order => order.CoordinatorEpoch,
        StopCells stop => stop.CoordinatorEpoch,
        CancelShard cancel => cancel.CoordinatorEpoch,
        DrainNode drain => drain.CoordinatorEpoch,
        Receipt receipt => receipt.CoordinatorEpoch,
        _ => null,
    };

    void Welcomed(NodeWelcome welcome, TimeSpan now)
    {
        var pace = _membership.Beat;
        _membership.Welcomed(welcome, now);
        if (_membership.Beat != pace) _effects.Add(new BeatEvery(_membership.Beat!.Value));
    }

    void Answered(HeartbeatReply reply, TimeSpan now)
    {
        foreach (var lease in reply.Lost) _desk.Drop(lease);
        if (reply.IsUnknown && _membership.IsWelcome)
        {
            _membership.Forgotten();
            SayHello();
        }

        if (!reply.IsUnknown) _membership.Heard(now);
    }

    void Assigned(AssignShard order, TimeSpan now)
    {
        // At once: should it kill this node before the heart beats, the coordinator knows over what it died.
        if (_desk.Assign(order, isOpen: !_isDraining && !IsLeaving)) SayAlive(now);
    }

    void Drain(bool isDraining)
    {
        _isDraining = isDraining;
        if (isDraining) _desk.StopAll(StopReason.Drain);
    }

    void SayHello()
    {
        _effects.Add(new Say(new NodeHello
        {
            Node = _options.Node,
            Incarnation = _incarnation,
            Version = _options.Version,
            Device = _options.Device,
            MemoryBytes = _options.MemoryBytes,
            WeightsHash = _options.WeightsHash,
            Precisions = _options.Precisions,
            Held = _desk.Leases,
            IsDraining = _isDraining,
        }));
        _effects.Add(new HelloAgain(_membership.NextHello()));
    }

    void SayAlive(TimeSpan now)
    {
        var (rate, utilisation) = _work.Read(now);
        _effects.Add(new Say(new Heartbeat
        {
            Node = _options.Node,
            Incarnation = _incarnation,
            Held = _desk.Leases,
            PixelStepsPerSecond = rate,
            Utilisation = utilisation,
            IsDraining = _isDraining || IsLeaving,
        }));
    }

    void LeaveWhenDone()
    {
        if (IsLeaving && _desk.IsEmpty && !_effects.Exists(effect => effect is Leave)) _effects.Add(new Leave());
    }
}
