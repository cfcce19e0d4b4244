using static StyleFarm.Conformance.Performer;

namespace StyleFarm.Conformance;

static class WatchScenarios
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new("watching the dead tells at once", "Terminated", async stage =>
        {
            var dead = stage.Actor(Props.Create<Mute>());
            await dead.GracefulStop(Soon);
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            await watcher.Ask<string>(new Watcher.Look(dead), Soon);
            await stage.LinesAsync(1);
        }),
        new("who watches twice is told once", "Terminated, end", async stage =>
        {
            var subject = stage.Actor(Props.Create<Mute>());
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            await watcher.Ask<string>(new Watcher.Look(subject), Soon);
            await watcher.Ask<string>(new Watcher.Look(subject), Soon);
            subject.Tell(PoisonPill.Instance);
            await stage.LinesAsync(1);
            await Stage.SettleAsync(watcher);
            watcher.Tell("end");
            await stage.LinesAsync(2);
        }),
        new("WatchWith tells with the given message", "gone", async stage =>
        {
            var subject = stage.Actor(Props.Create<Mute>());
            stage.Actor(Props.Create<WatcherWith>(stage.Log, subject));
            subject.Tell(PoisonPill.Instance);
            await stage.LinesAsync(1);
        }),
        new("the first watch stays as it is", "watching, Terminated", async stage =>
        {
            var subject = stage.Actor(Props.Create<Mute>());
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            await watcher.Ask<string>(new Watcher.Look(subject), Soon);
            watcher.Tell(new Behave(context => context.WatchWith(subject, "gone").IsNobody() ? "nobody" : "watching"));
            await Stage.SettleAsync(watcher);
            subject.Tell(PoisonPill.Instance);
            await stage.LinesAsync(2);
        }),
        new("Unwatch drops the news that waits in the mailbox", "unwatched, end", async stage =>
        {
            var gate = new TaskCompletionSource();
            var subject = stage.Actor(Props.Create<Mute>());
            var watcher = stage.Actor(Props.Create<LateUnwatcher>(stage.Log, subject, gate.Task));
            watcher.Tell("wait");
            await Stage.SettleAsync(stage.Log);
            await subject.GracefulStop(Soon);
            // The watcher is told in the same moment; one more round lets its mailbox have the news.
            await Stage.SettleAsync(stage.Log);
            gate.SetResult();
            await stage.LinesAsync(1);
            await Stage.SettleAsync(watcher);
            watcher.Tell("end");
            await stage.LinesAsync(2);
        }),
        new("what the dead said comes before the news of its end", "said, Terminated", async stage =>
        {
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            var subject = stage.Actor(Props.Create<LastWords>(watcher));
            await watcher.Ask<string>(new Watcher.Look(subject), Soon);
            subject.Tell("go");
            await stage.LinesAsync(2);
        }),
        new("a parent may watch its child, and use its name again", "p:new, p:start, c:new, c:start, c:stop, p:again, c:new, c:start",
            async stage =>
        {
            var parent = stage.Actor(Props.Create<Reuser>(stage.Log), "p");
            await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            await stage.LinesAsync(4);
            parent.Tell("recycle");
            await stage.LinesAsync(8);
        }),
        new("the children are known by name", "p:new, p:start, c:new, c:start, p:c/1, p:Nobody/1", async stage =>
        {
            var parent = stage.Actor(Props.Create<Performer>(stage.Log), "p");
            await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            await stage.LinesAsync(4);
            parent.Tell(new Behave(context => $"{context.Child("c").Path.Name}/{context.GetChildren().Count()}"));
            parent.Tell(new Behave(context =>
                $"{(context.Child("x").IsNobody() ? "Nobody" : "somebody")}/{context.GetChildren().Count()}"));
            await stage.LinesAsync(6);
        }),
    ];
}

sealed class WatcherWith : ReceiveActor
{
    public WatcherWith(IActorRef log, IActorRef subject)
    {
        Context.WatchWith(subject, "gone");
        Receive<string>(text => log.Tell(text));
        Receive<Terminated>(_ => log.Tell("Terminated"));
    }
}

sealed class LateUnwatcher : ReceiveActor
{
    public LateUnwatcher(IActorRef log, IActorRef subject, Task gate)
    {
        Context.Watch(subject);
        ReceiveAsync<string>(async _ =>
        {
            await gate;
            Context.Unwatch(subject);
            log.Tell("unwatched");
        }, text => text == "wait");
        Receive<string>(text => log.Tell(text));
        Receive<Terminated>(_ => log.Tell("Terminated"));
    }
}

sealed class LastWords : ReceiveActor
{
    public LastWords(IActorRef listener) => Receive<string>(_ =>
    {
        Context.Stop(Self);
        listener.Tell("said");
    });
}

sealed class Reuser : Performer
{
    public Reuser(IActorRef log) : base(log)
    {
        Become(() =>
        {
            Receive<Make>(make => Sender.Tell(Context.Watch(Context.ActorOf(make.Props, make.Name))));
            Receive<string>(_ => Context.Stop(Context.Child("c")));
            Receive<Terminated>(_ =>
            {
                Note("again");
                Context.ActorOf(Props.Create<Performer>(log), "c");
            });
        });
    }
}
