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
        Receive<CoordinatorTroubled>(troubled => _watch.Warn($"the journal: {troubled.Message}; trying again"));
        Receive<PublishingTroubled>(troubled => _watch.Warn($"cell {troubled.Cell} is rendered but not in place: {troubled.Message}; trying again"));
        Receive<CoordinatorBroken>(broken => _ended.TrySetException(StyleFarmException.BadInput(broken.Message)));
    }

    protected override void PreStart()
    {
        foreach (var type in new[] { typeof(Happened), typeof(Progressed), typeof(CoordinatorTroubled), typeof(PublishingTroubled), typeof(CoordinatorBroken) })
            Context.System.EventStream.Subscribe(Self, type);
    }

    void Happen(FarmEvent happened)
    {
        _watch.Decided(happened);
        if (happened is not JobStatusChanged changed || changed.Job != _job) return;
        if (changed.Status is JobStatus.Done or JobStatus.Cancelled) _ended.TrySetResult();
        // Nobody pauses a job of this process but the farm itself, when the inputs cannot be read.
        if (changed.Status == JobStatus.Paused) _ended.TrySetException(StyleFarmException.BadInput(changed.Reason));
    }
}
