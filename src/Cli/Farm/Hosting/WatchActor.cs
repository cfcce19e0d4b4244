using StyleFarm.Cli.Farm.Control;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>Carries what the coordinator tells everybody to one watch, and notices when the job has ended.</summary>
sealed class WatchActor : ReceiveActor
{
    readonly JobId _job;
    readonly IFarmWatch _watch;
    readonly TaskCompletionSource _ended;

    public WatchActor(JobId job, IFarmWatch watch, TaskCompletionSource ended)
    {
        (_job, _watch, _ended) = (job, watch, ended);
        Receive<Happened>(happened => Happen(happened.Event));
        Receive<Progressed>(progressed => _watch.Progressed(progressed.Progress));
        Receive<CoordinatorUnsure>(unsure => _watch.Warn($"the journal: {unsure.Message}; trying again"));
        Receive<CoordinatorTroubled>(troubled => _watch.Warn($"the journal: {troubled.Message}; trying again"));
        Receive<PublishingTroubled>(troubled =>
            _watch.Warn($"cell {troubled.Cell} is rendered but not in place: {troubled.Message}; trying again"));
        Receive<CoordinatorBroken>(broken => _ended.TrySetException(StyleFarmException.BadInput(broken.Message)));
    }

    protected override void PreStart()
    {
        foreach (var type in new[] { typeof(Happened), typeof(Progressed), typeof(CoordinatorUnsure), typeof(CoordinatorTroubled),
            typeof(PublishingTroubled), typeof(CoordinatorBroken) })
            Context.System.EventStream.Subscribe(Self, type);
    }

    void Happen(FarmEvent happened)
    {
        _watch.Decided(happened);
        if (happened is not JobStatusChanged changed || changed.Job != _job) return;
        if (changed.Status is JobStatus.Done or JobStatus.Cancelled) _ended.TrySetResult();
        // Paused by the farm itself: its inputs cannot be read. By hand, it is resumed by hand.
        if (changed.Status == JobStatus.Paused && changed.Reason != ControlDesk.ByHand)
            _ended.TrySetException(StyleFarmException.BadInput(changed.Reason));
    }
}
