using StyleFarm.Actors;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>Tells when this actor has ended.</summary>
sealed record WatchOver(IActorRef Actor, Action Ended);

/// <summary>Looks at what a system says about itself: no failure may come out of an actor that was not injected, no letter be lost unexplained.</summary>
sealed class EventWatch : ReceiveActor
{
    readonly EventStream _events;

    public EventWatch(FarmSimulation farm, SimProcess process)
    {
        _events = Context.System.EventStream;
        var ends = new Dictionary<IActorRef, Action>();
        Receive<WatchOver>(order =>
        {
            ends[order.Actor] = order.Ended;
            Context.Watch(order.Actor);
        });
        Receive<Terminated>(ended => ends[ended.ActorRef]());
        Receive<CoordinatorBroken>(broken => farm.Coordinators.Broke(process, broken.Message));
        Receive<CoordinatorTroubled>(_ => farm.Coordinators.Troubled(process));
        Receive<Error>(error =>
        {
            if (error.Cause is CoordinatorFailedException { InnerException: JournalException { IsTransient: true } }) return;
            farm.Break("no actor fails", $"{process}: {error}");
        });
        Receive<Dropped>(dropped => farm.Break("mailboxes are bounded", $"{process}: {dropped}"));
        Receive<UnhandledMessage>(message => farm.Break("every message is handled", $"{process}: {message}"));
        Receive<Seen>(_ => { });
        Receive<DeadLetter>(letter => farm.DeadLetters.Add(process, letter));
    }

    protected override void PreStart()
    {
        foreach (var type in new[]
                 {
                     typeof(Error), typeof(DeadLetter), typeof(Dropped), typeof(UnhandledMessage), typeof(CoordinatorBroken), typeof(CoordinatorTroubled),
                 })
            _events.Subscribe(Self, type);
    }
}
