using static StyleFarm.Conformance.Performer;

namespace StyleFarm.Conformance;

static class EndScenarios
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new("a poison pill waits its turn", "a:new, a:start, a:1, a:stop", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            actor.Tell("1");
            actor.Tell(PoisonPill.Instance);
            actor.Tell("2");
            await stage.LinesAsync(4);
        }),
        new("stopping oneself ends after the message", "a:new, a:start, a:stop", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            actor.Tell(new StopSelf());
            actor.Tell("2");
            await stage.LinesAsync(3);
        }),
        new("children end before their parent", "a:new, a:start, b:new, b:start, c:new, c:start, c:stop, b:stop, a:stop, gone",
            async stage =>
        {
            var a = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            var b = await a.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "b"), Soon);
            await stage.LinesAsync(4);
            await b.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            await stage.LinesAsync(6);
            await a.GracefulStop(Soon);
            stage.Note("gone");
            await stage.LinesAsync(10);
        }),
        new("a stopping parent takes no more messages and no more children", "stopping, refused", async stage =>
        {
            var parent = stage.Actor(Props.Create<LateParent>(stage.Log));
            await Stage.SettleAsync(parent);
            parent.Tell(PoisonPill.Instance);
            await stage.LinesAsync(2);
        }),
        new("shutdown runs its phases in order, failures notwithstanding", "unbind, stop, last", async stage =>
        {
            var shutdown = CoordinatedShutdown.Get(stage.System);
            var lines = new List<string>();
            Task<Done> AddAsync(string line)
            {
                lines.Add(line);
                return Task.FromResult(Done.Instance);
            }

            shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last", async () =>
            {
                lines.Add("last");
                stage.Note(string.Join(", ", lines));
                await stage.LinesAsync(1);
                return Done.Instance;
            });
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "stop", () => AddAsync("stop"));
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "broken", () => throw new InvalidOperationException("broken"));
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "unbind", () => AddAsync("unbind"));
            await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        }),
        new("a name of no phase is refused", "ConfigurationException", async stage =>
        {
            try
            {
                CoordinatedShutdown.Get(stage.System).AddTask("no-such-phase", "task", () => Task.FromResult(Done.Instance));
            }
            catch (ConfigurationException error)
            {
                stage.Note(error.GetType().Name);
            }
            await stage.LinesAsync(1);
        }),
    ];
}

/// <summary>Its child's end takes a moment in which the parent is neither alive nor dead.</summary>
sealed class LateParent : ReceiveActor
{
    public LateParent(IActorRef log) => Context.ActorOf(Props.Create<Child>(log, Context), "c");

    sealed class Child : ReceiveActor
    {
        readonly IActorRef _log;
        readonly IActorContext _parent;

        public Child(IActorRef log, IActorContext parent)
        {
            (_log, _parent) = (log, parent);
        }

        protected override void PostStop()
        {
            _log.Tell("stopping");
            try
            {
                _parent.ActorOf(Props.Create<Echo>());
                _log.Tell("accepted");
            }
            catch (InvalidOperationException)
            {
                _log.Tell("refused");
            }
        }
    }
}
