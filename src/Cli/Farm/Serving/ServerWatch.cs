using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>Carries what the coordinator tells everybody into the log, and what ends a term to who waits for it.</summary>
sealed class ServerWatch : ReceiveActor
{
    static readonly Type[] Heard =
        [typeof(Happened), typeof(CoordinatorUnsure), typeof(CoordinatorTroubled), typeof(PublishingTroubled), typeof(CoordinatorBroken)];

    /// <param name="log">Takes what happens.</param>
    /// <param name="done">Told of jobs that are done.</param>
    /// <param name="broken">Set when the coordinator cannot go on.</param>
    public ServerWatch(ServerLog log, Action<JobId> done, TaskCompletionSource<CoordinatorBroken> broken)
    {
        Receive<Happened>(happened =>
        {
            if (happened.Event is JobSubmitted submitted) log.Info($"job {submitted.Spec.Id}: submitted");
            if (happened.Event is CellGaveUp failed) log.Warn($"cell {failed.Cell} has failed: {failed.Message}");
            if (happened.Event is not JobStatusChanged changed) return;
            var reason = changed.Reason.Length > 0 ? $" ({changed.Reason})" : "";
            log.Info($"job {changed.Job}: {changed.Status.ToString().ToLowerInvariant()}{reason}");
            if (changed.Status == JobStatus.Done) done(changed.Job);
        });
        Receive<CoordinatorUnsure>(unsure => log.Warn($"the journal: {unsure.Message}"));
        Receive<CoordinatorTroubled>(troubled => log.Warn($"the journal: {troubled.Message}; trying again"));
        Receive<PublishingTroubled>(troubled => log.Warn($"cell {troubled.Cell} is rendered but not in place: {troubled.Message}; trying again"));
        Receive<CoordinatorBroken>(end => broken.TrySetResult(end));
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        foreach (var type in Heard) Context.System.EventStream.Subscribe(Self, type);
    }
}
