using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.Telemetry;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Actors;

/// <summary>
/// The coordinator: hands commands to the <see cref="Farm"/>, writes what it decides into the journal, many decisions at once, and lets
/// the effects go when they are durable. A journal that fails takes this actor down; it begins anew from what is in the journal, and
/// nothing that anybody was told is lost.
/// </summary>
public sealed class CoordinatorActor : ReceiveActor, IWithTimers, IWithStash, IFabricListener
{
    /// <summary>Events that may wait for the journal before commands have to wait too.</summary>
    const int MaxPendingEvents = 50_000;

    readonly CoordinatorParts _parts;
    readonly CoordinatorJournal _journal;
    readonly IActorRef _self;
    readonly PendingDecisions _pending = new();
    readonly Dictionary<JobId, IActorRef> _sources = [];
    readonly long _began;
    readonly FarmTrace _trace;
    Farm _farm = null!;
    IActorRef _publisher = null!;
    IDisposable? _listening;
    long _snapshotSequence;
    bool _isSavingSnapshot;

    /// <param name="parts">What it is made of.</param>
    public CoordinatorActor(CoordinatorParts parts)
    {
        _parts = parts;
        _self = Self;
        _began = parts.Time.GetTimestamp();
        (_journal, _trace) = (new CoordinatorJournal(parts.Journal, parts.Time), new FarmTrace(parts.Time));
        Opening();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    TimeSpan Now => _parts.Time.GetElapsedTime(_began);

    void IFabricListener.Delivered(string from, WireMessage message) => _self.Tell(new FromFabric(message), ActorRefs.NoSender);

    void IFabricListener.Returned(string to, WireMessage message) => _self.Tell(new ReturnedByFabric(to), ActorRefs.NoSender);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _publisher = Context.ActorOf(Props.Create(() => new PublisherActor(_parts, _self)), "publisher");
        _journal.OpenAsync().PipeTo(_self);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _listening?.Dispose();
        FarmInstruments.Hide(this);
    }

    void Opening()
    {
        Receive<JournalOpened>(Begin);
        Receive<Status.Failure>(Break);
        ReceiveAny(_ => Stash.Stash());
    }

    void Running()
    {
        Receive<FarmCommand>(command => Carry(command, null));
        Receive<FromFabric>(said => Carry(new NodeSaid(said.Message), null));
        Receive<Request>(Obey);
        Receive<JournalAppended>(Appended);
        Receive<Look>(Answer);
        Receive<TimePassed>(_ => PassTime());
        Receive<RenewIsDue>(_ => _journal.RenewAsync().PipeTo(_self));
        Receive<Renewed>(RenewLater);
        Receive<ReturnedByFabric>(LoseNode);
        Receive<SnapshotSaved>(saved => (_snapshotSequence, _isSavingSnapshot) = (saved.Sequence, false));
        Receive<Status.Failure>(Break);
    }

    /// <summary>Only the journal's answer is heard until it has caught up.</summary>
    void Congested()
    {
        Receive<JournalAppended>(Appended);
        Receive<Status.Failure>(Break);
        ReceiveAny(_ => Stash.Stash());
    }

    void Begin(JournalOpened opened)
    {
        var beginning = opened.Beginning;
        _farm = new Farm(beginning.State, _parts.Options, beginning.Epoch);
        _trace.Begin(beginning.State);
        _pending.Begin(beginning.Sequence);
        _snapshotSequence = beginning.SnapshotSequence;
        _listening = _parts.Fabric.Listen(IFabric.Coordinator, this);
        Timers.StartPeriodicTimer("time", TimePassed.Instance, _parts.Options.Heartbeat / 4);
        RenewLater(new Renewed(null));
        Become(Running);
        Stash.UnstashAll();
        Keep(_farm.Start(Now), null);
    }

    void Break(Status.Failure failure)
    {
        if (failure.Cause is JournalException { IsTransient: false } broken)
        {
            Context.System.EventStream.Publish(new CoordinatorBroken(broken.Message, broken.IsOvertaken));
            Context.Stop(Self);
            return;
        }

        Context.System.EventStream.Publish(new CoordinatorTroubled(failure.Cause.Message));
        throw new CoordinatorFailedException(failure.Cause.Message, failure.Cause);
    }

    void RenewLater(Renewed renewed)
    {
        if (renewed.Trouble is { } trouble) Context.System.EventStream.Publish(new CoordinatorUnsure(trouble));
        Timers.StartSingleTimer("renew", RenewIsDue.Instance, _parts.Options.Heartbeat);
    }

    void Obey(Request request)
    {
        var (asker, (command, span)) = (Sender, FarmTrace.Accept(request.Command));
        try
        {
            Carry(command, () =>
            {
                span.End();
                asker.Tell(new Obeyed());
            });
        }
        catch (StyleFarmException e)
        {
            span.Fail(e.Message);
            span.End();
            asker.Tell(new Refused(e.Message));
        }
    }

    void PassTime()
    {
        Carry(new Tick(), null);
        if (FarmInstruments.IsWatched) FarmInstruments.Show(this, FarmFigures.Of(_farm));
    }

    void Answer(Look look)
    {
        try
        {
            Sender.Tell(look.Question(_farm, Now));
        }
        catch (Exception e)
        {
            // Whatever it was, who only looks has changed nothing.
            Sender.Tell(new Status.Failure(e));
        }
    }

    void Carry(FarmCommand command, Action? reply)
    {
        var began = _parts.Time.GetTimestamp();
        var decision = _farm.Decide(command, Now);
        FarmInstruments.Decided(_parts.Time.GetElapsedTime(began));
        Keep(decision, reply);
    }

    void LoseNode(ReturnedByFabric returned)
    {
        if (returned.To.StartsWith(IFabric.NodePrefix, StringComparison.Ordinal))
            Carry(new NodeUnreachable(new NodeId(returned.To[IFabric.NodePrefix.Length..])), null);
    }

    void Keep(Decision decision, Action? reply)
    {
        _trace.Decided(decision);
        _pending.Add(decision, reply);
        Flush();
        if (_pending.Events > MaxPendingEvents) Become(Congested);
    }

    void Flush()
    {
        if (_pending.IsAppending) return;
        if (_pending.Events == 0)
        {
            foreach (var release in _pending.Release(_pending.Sequence)) Let(release);
            return;
        }

        var entries = _pending.Take();
        _journal.AppendAsync(entries).PipeTo(_self);
    }

    void Appended(JournalAppended appended)
    {
        var wasCongested = _pending.Events > MaxPendingEvents;
        foreach (var release in _pending.Release(appended.Sequence)) Let(release);
        Flush();
        if (wasCongested)
        {
            Become(Running);
            Stash.UnstashAll();
        }

        if (!_isSavingSnapshot && _pending.Sequence - _snapshotSequence >= _parts.SnapshotEvery) SaveSnapshot();
    }

    /// <summary>Between two appends, so that the state is that of the last record.</summary>
    void SaveSnapshot()
    {
        if (_pending.IsAppending || _pending.Events > 0) return;
        _isSavingSnapshot = true;
        _journal.SaveAsync(_pending.Sequence, FarmLog.Write(_farm.State)).PipeTo(_self);
    }

    void Let(object release)
    {
        switch (release)
        {
            case Action reply: reply(); break;
            case Send send: _parts.Fabric.Send(IFabric.Coordinator, IFabric.NodePrefix + send.Node, _trace.Stamp(send).Message); break;
            case Publish publish: _publisher.Tell(publish); break;
            case OpenSource open: OpenSource(open); break;
            case ReadSource read when _sources.TryGetValue(read.Job, out var source): source.Tell(read); break;
            case ReadSource: break;
            case CloseSource close: CloseSource(close.Job); break;
            case Happened happened: Tell(happened); break;
            case Progressed: Context.System.EventStream.Publish(release); break;
            default: throw new InvalidOperationException($"an effect of unknown type {release.GetType().Name}");
        }
    }

    void Tell(Happened happened)
    {
        FarmInstruments.Happened(happened.Event);
        _trace.Happened(happened.Event);
        Context.System.EventStream.Publish(happened);
    }

    void OpenSource(OpenSource open)
    {
        CloseSource(open.Spec.Id);
        _sources[open.Spec.Id] = Context.ActorOf(Props.Create(() => new SourceActor(open, _parts.Source, _self)));
    }

    void CloseSource(JobId job)
    {
        if (_sources.Remove(job, out var source)) Context.Stop(source);
    }
}

/// <summary>The journal is away: the supervisor starts the coordinator again after a while.</summary>
public sealed class CoordinatorFailedException(string message, Exception inner) : Exception(message, inner);
