using static StyleFarm.Conformance.Performer;

namespace StyleFarm.Conformance;

static class FailureScenarios
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new("a restart keeps the mailbox and drops the failing message",
            "a:new, a:start, a:count 1, a:before boom/Fail, a:stop, a:new, a:after boom, a:start, a:count 1", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            actor.Tell(new Count());
            actor.Tell(new Fail("boom"));
            actor.Tell(new Count());
            await stage.LinesAsync(9);
        }),
        new("Resume keeps the state", "p:new, p:start, c:new, c:start, c:count 1, c:count 2", stage =>
            PlayAsync(stage, Directive.Resume, 6)),
        new("Stop ends the child", "p:new, p:start, c:new, c:start, c:count 1, c:stop", stage =>
            PlayAsync(stage, Directive.Stop, 6)),
        new("Restart begins anew",
            "p:new, p:start, c:new, c:start, c:count 1, c:before boom/Fail, c:stop, c:new, c:after boom, c:start, c:count 1", stage =>
            PlayAsync(stage, Directive.Restart, 11)),
        new("Escalate makes the parent fail, and its restart ends the child",
            "p:new, p:start, c:new, c:start, c:count 1, p:before boom/, p:stop, c:stop, p:new, p:after boom, p:start", async stage =>
        {
            var (parent, child) = await FamilyAsync(stage, Directive.Escalate);
            child.Tell(new Count());
            child.Tell(new Fail("boom"));
            await stage.LinesAsync(11);
        }),
        new("a parent that keeps its children restarts them with itself",
            "p:new, p:start, c:new, c:start, p:keeps, p:new, p:kept, c:before boom/, c:stop, c:new, c:after boom, c:start", async stage =>
        {
            var parent = stage.Actor(Props.Create<Keeper>(stage.Log), "p");
            var child = await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            await Stage.SettleAsync(child);
            parent.Tell(new Fail("boom"));
            await stage.LinesAsync(12);
        }),
        new("restarts are limited", "p:new, p:start, c:new, c:start, "
            + "c:before 1/Fail, c:stop, c:new, c:after 1, c:start, c:before 2/Fail, c:stop, c:new, c:after 2, c:start, c:stop",
            async stage =>
        {
            var strategy = new OneForOneStrategy(2, TimeSpan.FromMinutes(5), _ => Directive.Restart);
            var parent = stage.Actor(Props.Create<Parent>(stage.Log, strategy), "p");
            var child = await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            for (var i = 1; i <= 3; i++) child.Tell(new Fail($"{i}"));
            await stage.LinesAsync(15);
        }),
        new("one child's failure leaves its siblings alone", "p:new, p:start, c:new, c:start, s:new, s:start, s:count 1, c:stop, s:count 2",
            async stage =>
        {
            var (parent, child) = await FamilyAsync(stage, Directive.Stop);
            var sibling = await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "s"), Soon);
            sibling.Tell(new Count());
            await stage.LinesAsync(7);
            child.Tell(new Fail("boom"));
            await stage.LinesAsync(8);
            sibling.Tell(new Count());
            await stage.LinesAsync(9);
        }),
        new("the default decider stops what could not be made, was killed or had a pact",
            "Terminated, Terminated, Terminated", async stage =>
        {
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log), "w");
            await watcher.Ask<string>(new Watcher.Look(stage.Actor(Props.Create<Stillborn>())), Soon);
            await stage.LinesAsync(1);
            var killed = stage.Actor(Props.Create<Mute>());
            await watcher.Ask<string>(new Watcher.Look(killed), Soon);
            killed.Tell(Kill.Instance);
            await stage.LinesAsync(2);
            var friend = stage.Actor(Props.Create<Mute>());
            var bound = stage.Actor(Props.Create<Bound>(friend));
            await watcher.Ask<string>(new Watcher.Look(bound), Soon);
            friend.Tell(PoisonPill.Instance);
            await stage.LinesAsync(3);
        }),
        new("a restart brings the stash back", "1, failing, 1, 2, open, 1, 2", async stage =>
        {
            var actor = stage.Actor(Props.Create<FragileDoor>(stage.Log));
            actor.Tell(1);
            await stage.LinesAsync(1);
            actor.Tell("fail");
            actor.Tell(2);
            await stage.LinesAsync(4);
            actor.Tell("open");
            await stage.LinesAsync(7);
        }),
        new("a restart waits for the children that die with it",
            "p:new, p:start, c:new, c:start, p:before boom/Fail, p:stop, c:stop, p:new, p:after boom, p:start, "
            + "c:new, c:start", async stage =>
        {
            var (parent, _) = await FamilyAsync(stage, Directive.Stop);
            parent.Tell(new Fail("boom"));
            // The old child's name must be free by now.
            await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
            await stage.LinesAsync(12);
        }),
        new("a restart is not told of the children that it ended", "c:new, c:start, c:stop, c:new, c:start, alive", async stage =>
        {
            var parent = stage.Actor(Props.Create<Anxious>(stage.Log));
            await stage.LinesAsync(2);
            parent.Tell("fail");
            await stage.LinesAsync(5);
            parent.Tell("?");
            await stage.LinesAsync(6);
        }),
        new("a failure after a restart counts as another", "a:new, a:start, a:before 1/Fail, a:stop, a:new, a:after 1, a:start, "
            + "a:before 2/Fail, a:stop, a:new, a:after 2, a:start", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            actor.Tell(new Fail("1"));
            actor.Tell(new Fail("2"));
            await stage.LinesAsync(12);
        }),
        new("a disposable incarnation is disposed", "made, disposed, made, disposed", async stage =>
        {
            var actor = stage.Actor(Props.Create<Tidy>(stage.Log));
            actor.Tell("fail");
            await stage.LinesAsync(3);
            actor.Tell(PoisonPill.Instance);
            await stage.LinesAsync(4);
        }),
    ];

    static async Task PlayAsync(Stage stage, Directive directive, int lines)
    {
        var (_, child) = await FamilyAsync(stage, directive);
        child.Tell(new Count());
        child.Tell(new Fail("boom"));
        child.Tell(new Count());
        await stage.LinesAsync(lines);
    }

    static async Task<(IActorRef Parent, IActorRef Child)> FamilyAsync(Stage stage, Directive directive)
    {
        var parent = stage.Actor(Props.Create<Parent>(stage.Log, new OneForOneStrategy(_ => directive)), "p");
        var child = await parent.Ask<IActorRef>(new Make(Props.Create<Performer>(stage.Log), "c"), Soon);
        await Stage.SettleAsync(child);
        return (parent, child);
    }
}
