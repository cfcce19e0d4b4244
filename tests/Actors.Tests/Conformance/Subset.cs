namespace StyleFarm.Conformance;

/// <summary>
/// Each member of the common subset, used once, in the shape that actors use it. Compiled against the kernel by every build and against
/// Akka.NET with -p:ActorRuntime=Akka: what is not here is not promised to exist on both.
/// </summary>
static class Subset
{
    public static async Task SystemsAsync(TimeProvider time)
    {
        ActorSystem system = ActorSystems.Create("subset", time, log =>
            Console.Error.WriteLine($"{log.LogLevel()} {log.LogSource} {log.Message} {log.Cause}"));
        IActorRefFactory factory = system;
        IActorRef actor = factory.ActorOf(Props.Create(() => new Everything(1)), "everything");
        IActorRef probe = system.ActorOf<Plain>("plain");
        system.Stop(probe);
        _ = (system.Name, system.DeadLetters, system.Log, system.Scheduler.Now, system.Scheduler.MonotonicClock);
        system.RegisterOnTermination(() => { });
        Events(system, actor);
        Schedule(system.Scheduler, actor);
        await AsksAsync(actor);
        await system.Terminate();
        await system.WhenTerminated;
        system.Dispose();
    }

    public static Props[] Recipes(SupervisorStrategy strategy, Type actor) =>
    [
        Props.Create<Everything>(1),
        Props.Create<Plain>(strategy),
        Props.Create(actor, 1),
        Props.Create(() => new Everything(1), strategy),
        Props.Create(() => new Everything(1)).WithSupervisorStrategy(strategy),
        Props.Create(() => new Everything(1)).WithMailbox("bounded-1024"),
        BackoffSupervisor.Props(Backoff.OnFailure(Props.Create<Plain>(), "child", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 0.2, -1)
            .WithAutoReset(TimeSpan.FromMinutes(2))
            .WithSupervisorStrategy(new OneForOneStrategy(SupervisorStrategy.DefaultDecider))
            .WithReplyWhileStopped("later")
            .WithMaxNrOfRetries(3)
            .WithFinalStopMessage(message => message is string)),
        BackoffSupervisor.Props(Backoff.OnStop(Props.Create<Plain>(), "child", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 0, 5)
            .WithManualReset().WithDefaultStoppingStrategy()),
    ];

    public static SupervisorStrategy[] Strategies() =>
    [
        new OneForOneStrategy(3, TimeSpan.FromMinutes(1), _ => Directive.Restart),
        new OneForOneStrategy(null, null,
            Decider.From(Directive.Escalate, Directive.Stop.When<IOException>(), Directive.Resume.When<TimeoutException>())),
        new OneForOneStrategy(-1, -1, _ => Directive.Stop, loggingEnabled: false),
        new OneForOneStrategy(_ => Directive.Escalate).WithMaxNrOfRetries(2),
        new OneForOneStrategy(Decider.From(_ => Directive.Restart)),
        SupervisorStrategy.DefaultStrategy,
        SupervisorStrategy.StoppingStrategy,
    ];

    public static string Facts(IActorRef actor) => string.Join(' ', actor.Path, actor.Path.Name, actor.Path.Parent.Name, actor.Path.Uid,
        actor.Path / "child", actor.Path.Elements.Count, actor.Path.ToStringWithoutAddress(), ActorPath.IsValidPathElement("x"),
        actor.IsNobody(), ActorRefs.Nobody.Path, ActorRefs.NoSender is null, actor.Equals(actor), actor.CompareTo(actor));

    public static async Task ShutdownAsync(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "stop intake", () => Task.FromResult(Done.Instance));
        _ = (shutdown.System, shutdown.ShutdownReason, shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        _ = string.Join(' ', CoordinatedShutdown.PhaseServiceUnbind, CoordinatedShutdown.PhaseServiceRequestsDone,
            CoordinatedShutdown.PhaseBeforeClusterShutdown, CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
            CoordinatedShutdown.PhaseClusterLeave, CoordinatedShutdown.PhaseClusterExiting, CoordinatedShutdown.PhaseClusterExitingDone,
            CoordinatedShutdown.PhaseClusterShutdown, CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
            CoordinatedShutdown.PhaseActorSystemTerminate);
        await shutdown.Run(new Interrupted(), CoordinatedShutdown.PhaseServiceStop);
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
    }

    public static Exception[] Errors(IActorRef actor, Exception cause) =>
    [
        new AskTimeoutException("late"), new ActorKilledException("killed"), new InvalidActorNameException("name"),
        new InvalidMessageException("null"), new IllegalActorStateException("state"), new StashOverflowException("full"),
        new DeathPactException(actor), new ActorInitializationException("made"), new ActorInitializationException(actor, "made", cause),
        new ConfigurationException("phase"),
    ];

    static async Task AsksAsync(IActorRef actor)
    {
        object any = await actor.Ask("hello", TimeSpan.FromSeconds(1));
        _ = await actor.Ask<string>(any, CancellationToken.None);
        _ = await actor.Ask<string>(any, TimeSpan.FromSeconds(1), CancellationToken.None);
        _ = await actor.Ask<string>(replyTo => new Identify(replyTo), TimeSpan.FromSeconds(1), CancellationToken.None);
        ActorIdentity identity = await actor.Ask<ActorIdentity>(new Identify(1));
        _ = (identity.MessageId, identity.Subject);
        bool stopped = await actor.GracefulStop(TimeSpan.FromSeconds(1));
        _ = stopped;
    }

    static void Events(ActorSystem system, IActorRef actor)
    {
        EventStream events = system.EventStream;
        _ = events.Subscribe(actor, typeof(AllDeadLetters)) && events.Subscribe<UnhandledMessage>(actor);
        events.Publish(new DeadLetter("message", system.DeadLetters, actor));
        events.Publish(new Dropped("message", "reason", actor, actor));
        _ = events.Unsubscribe(actor, typeof(DeadLetter)) || events.Unsubscribe<SuppressedDeadLetter>(actor) || events.Unsubscribe(actor);
    }

    static void Schedule(IScheduler scheduler, IActorRef actor)
    {
        scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), actor, "once", ActorRefs.NoSender);
        scheduler.ScheduleTellRepeatedly(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), actor, "often", actor);
        ICancelable once = scheduler.ScheduleTellOnceCancelable(TimeSpan.FromSeconds(1), actor, "once", actor);
        ICancelable often = scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, TimeSpan.FromSeconds(1), actor, "often", actor);
        once.Cancel();
        if (!often.IsCancellationRequested) often.Cancel();
    }

    sealed class Interrupted : CoordinatedShutdown.Reason;
}
