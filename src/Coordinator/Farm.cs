using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

/// <summary>What a command came to: events for the journal, and effects for when they are in it.</summary>
public sealed class Decision
{
    /// <summary>In order; already applied.</summary>
    public List<FarmEvent> Events { get; } = [];

    /// <summary>In order; to be let go once the events are durable.</summary>
    public List<FarmEffect> Effects { get; } = [];
}

/// <summary>
/// Decides everything, and does nothing: a command and the time go in, events and effects come out. It reads no clock, no network and no
/// disk, and the same history always gives the same decisions; so it can be simulated, and replayed.
/// </summary>
/// <param name="state">The fold of the journal.</param>
/// <param name="options">The rules.</param>
/// <param name="epoch">This coordinator's epoch.</param>
public sealed partial class Farm(FarmState state, FarmOptions options, long epoch)
{
    Decision _decision = new();
    long _scans;
    TimeSpan _now;

    /// <summary>What is kept for good.</summary>
    public FarmState State { get; } = state;

    /// <summary>What is true now.</summary>
    public Presence Presence { get; } = new();

    /// <summary>The rules.</summary>
    public FarmOptions Options { get; } = options;

    /// <summary>This coordinator's epoch.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>
    /// Takes up what an earlier coordinator left: claims get the time of one lease to be confirmed, whoever has one is asked to say hello
    /// at once, results are put in place.
    /// </summary>
    public Decision Start(TimeSpan now) => Deciding(now, () =>
    {
        foreach (var shard in State.Shards.Values.Where(shard => shard.Lease is not null))
            Presence.Leases[shard.Id] = new LiveLease { Lease = shard.Lease!, Expires = now + Options.Lease, Told = now };
        foreach (var node in Presence.Leases.Values.Select(live => live.Lease.Node).Distinct())
            Tell(node, new HeartbeatReply { CoordinatorEpoch = Epoch, IsUnknown = true });
        foreach (var cell in State.Cells.Values.Where(cell => cell.Phase == CellPhase.Publishing)) PublishResult(cell);
        if (!Options.WakesAllJobs) return;
        foreach (var job in State.Jobs.Values.Where(job => job.Status is JobStatus.Active or JobStatus.Paused).ToList()) Scan(job);
    });

    /// <summary>Decides on a command.</summary>
    /// <param name="command">What is asked, or told.</param>
    /// <param name="now">Of a monotonic clock.</param>
    /// <exception cref="Messages.StyleFarmException">BadUsage: a person asked for what cannot be; nothing has changed.</exception>
    public Decision Decide(FarmCommand command, TimeSpan now) => Deciding(now, () =>
    {
        Carry(command);
        Schedule();
        ReadMore();
        EndJobs();
    });

    Decision Deciding(TimeSpan now, Action decide)
    {
        (_decision, _now) = (new Decision(), now);
        decide();
        return _decision;
    }

    void Carry(FarmCommand command)
    {
        switch (command)
        {
            case SubmitJob c: Submit(c.Spec); break;
            case PauseJob c: Pause(c.Job, c.Reason); break;
            case ResumeJob c: Resume(c.Job); break;
            case CancelJob c: Cancel(c.Job); break;
            case RetryJob c: Retry(c); break;
            case SetJobPriority c: SetPriority(c.Job, c.Priority); break;
            case SetNodeDraining c: SetDraining(c); break;
            case PageRead c: TakePage(c); break;
            case SourceBroken c: BreakSource(c); break;
            case NodeSaid c: Hear(c.Message); break;
            case NodeUnreachable c: LoseNode(c.Node); break;
            case ResultPublished c: FinishPublishing(c); break;
            case PublishingFailed c: GiveUpPublishing(c); break;
            case Tick:
                AskSilentNodes();
                ExpireLeases();
                break;
            default: throw new InvalidOperationException($"a command of unknown type {command.GetType().Name}");
        }
    }

    void Happen(FarmEvent happened)
    {
        State.Apply(happened);
        _decision.Events.Add(happened);
        _decision.Effects.Add(new Happened(happened));
    }

    void Tell(NodeId node, WireMessage message) => _decision.Effects.Add(new Send(node, message));

    void PublishResult(CellState cell) => _decision.Effects.Add(new Publish(cell.Spec.Id, cell.Attempt,
        [.. cell.Claims.Select(claim => (State.Job(claim.Job).Spec, claim.Spec))]) { Trace = State.Job(cell.Job).Trace });

    void FinishPublishing(ResultPublished c)
    {
        if (!State.Cells.TryGetValue(c.Work.Cell, out var cell) || cell.Phase != CellPhase.Publishing || cell.Attempt != c.Work.Attempt)
            return;
        if (cell.Claims.Any(claim => !c.Work.IsFor(claim.Job, claim.Spec)))
        {
            // Somebody has asked for it while it was being put in place for others.
            PublishResult(cell);
            return;
        }

        foreach (var finished in Presence.Reading.Values) finished.Add(c.Work.Cell);
        Happen(new CellPublished(c.Work.Cell));
    }

    void GiveUpPublishing(PublishingFailed c)
    {
        if (!State.Cells.TryGetValue(c.Cell, out var cell) || cell.Phase != CellPhase.Publishing || cell.Attempt != c.Attempt) return;
        Happen(new CellGaveUp(c.Cell, $"rendered, but not put in place: {c.Message}", IsRendered: !c.IsLost));
    }

    void Forget(CellId cell)
    {
        Presence.NotBefore.Remove(cell);
        Presence.Progress.Remove(cell);
    }
}
