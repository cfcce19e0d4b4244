using static StyleFarm.Conformance.Performer;

namespace StyleFarm.Conformance;

static class MessageScenarios
{
    public static IEnumerable<Scenario> All =>
    [
        new("messages of one sender arrive in order", "a:new, a:start, a:1, a:2, a:3", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            foreach (var text in new[] { "1", "2", "3" }) actor.Tell(text);
            await stage.LinesAsync(5);
        }),
        new("the first handler that fits takes the message", "small 1, even 12, other 13, any x", async stage =>
        {
            var actor = stage.Actor(Props.Create<Chooser>(stage.Log));
            foreach (object message in new object[] { 1, 12, 13, 'x' }) actor.Tell(message);
            await stage.LinesAsync(4);
        }),
        new("nothing is registered behind a handler of everything, nor outside of Become",
            "A handler that catches all messages has been added. No handler can be added after that., "
            + "You may only call Receive-methods when constructing the actor and inside Become().", async stage =>
        {
            stage.Actor(Props.Create<Careless>(stage.Log)).Tell("late");
            await stage.LinesAsync(2);
        }),
        new("Become in the constructor holds", "second", async stage =>
        {
            stage.Actor(Props.Create<EarlyBecomer>(stage.Log)).Tell("x");
            await stage.LinesAsync(1);
        }),
        new("behaviours stack", "plain 1, stacked 2, upper 3, stacked 4, plain 5, plain 6", async stage =>
        {
            var actor = stage.Actor(Props.Create<Stacker>(stage.Log));
            foreach (object message in new object[] { 1, "push", 2, "push", 3, "pop", 4, "pop", 5, "pop", 6 }) actor.Tell(message);
            await stage.LinesAsync(6);
        }),
        new("a stash comes back in order, before what waits", "open, 1, 2, 3, 4", async stage =>
        {
            var actor = stage.Actor(Props.Create<Door>(stage.Log));
            foreach (object message in new object[] { 1, 2, 3, "open", 4 }) actor.Tell(message);
            await stage.LinesAsync(5);
        }),
        new("a message is stashed once", "Can't stash the same message 1 more than once", async stage =>
        {
            stage.Actor(Props.Create<DoubleStasher>(stage.Log)).Tell(1);
            await stage.LinesAsync(1);
        }),
        new("Forward keeps the sender", "a:new, a:start, got from asker: question", async stage =>
        {
            var actor = stage.Actor(Props.Create<Performer>(stage.Log), "a");
            await Stage.SettleAsync(actor);
            var forwarder = stage.Actor(Props.Create<Forwarder>(stage.Actor(Props.Create<Echo>())));
            var answer = await forwarder.Ask<string>("question", TimeSpan.FromSeconds(30));
            stage.Note($"got from asker: {answer}");
            await stage.LinesAsync(3);
        }),
        new("without a sender there are the dead letters", "deadLetters", async stage =>
        {
            stage.Actor(Props.Create<SenderNamer>(stage.Log)).Tell("x", ActorRefs.NoSender);
            await stage.LinesAsync(1);
        }),
        new("asks fail as answered", "AskTimeoutException, IOException, ArgumentException, TaskCanceledException", async stage =>
        {
            var actor = stage.Actor(Props.Create<Mute>());
            using var given = new CancellationTokenSource();
            await stage.NoteErrorAsync(actor.Ask<string>("silence", TimeSpan.FromMilliseconds(10)));
            await stage.NoteErrorAsync(actor.Ask<string>(new Status.Failure(new IOException("disk")), TimeSpan.FromSeconds(30)));
            await stage.NoteErrorAsync(actor.Ask<string>(5, TimeSpan.FromSeconds(30)));
            var cancelled = actor.Ask<string>("silence", given.Token);
            given.Cancel();
            await stage.NoteErrorAsync(cancelled);
            await stage.LinesAsync(4);
        }),
        new("what nobody takes is an event", "DeadLetter late, UnhandledMessage 5", async stage =>
        {
            var actor = stage.Actor(Props.Create<Mute>());
            var listener = stage.Actor(Props.Create<Listener>(stage.Log));
            await Stage.SettleAsync(listener);
            await actor.GracefulStop(TimeSpan.FromSeconds(30));
            actor.Tell("late", ActorRefs.NoSender);
            await stage.LinesAsync(1);
            stage.Actor(Props.Create<SenderNamer>(stage.Log)).Tell(5, ActorRefs.NoSender);
            await stage.LinesAsync(2);
        }),
        new("a name is unique among siblings, and valid", "InvalidActorNameException, InvalidActorNameException, InvalidActorNameException",
            async stage =>
        {
            stage.Actor(Props.Create<Mute>(), "a");
            foreach (var name in new[] { "a", "", "a/b" })
                try
                {
                    stage.Actor(Props.Create<Mute>(), name);
                }
                catch (InvalidActorNameException error)
                {
                    stage.Note(error.GetType().Name);
                }
            await stage.LinesAsync(3);
        }),
        new("a full mailbox turns messages away", "begin, lost 5, lost 6, 1, 2, 3, 4", async stage =>
        {
            var gate = new TaskCompletionSource();
            var listener = stage.Actor(Props.Create<Listener>(stage.Log));
            await Stage.SettleAsync(listener);
            var actor = stage.Actor(Props.Create<Waiter>(stage.Log, gate.Task).WithMailbox("bounded-4"));
            actor.Tell("begin");
            await stage.LinesAsync(1);
            for (var i = 1; i <= 6; i++) actor.Tell(i, ActorRefs.NoSender);
            await stage.LinesAsync(3);
            gate.SetResult();
            await stage.LinesAsync(7);
        }),
        new("paths say where", "akka://play/user/a akka://play/user/a/b /user/a/b b a", async stage =>
        {
            var parent = stage.Actor(Props.Create<Maker>(), "a");
            var child = await parent.Ask<IActorRef>(new Make(Props.Create<Mute>(), "b"), TimeSpan.FromSeconds(30));
            stage.Note(string.Join(' ', parent.Path, child.Path, child.Path.ToStringWithoutAddress(), child.Path.Name,
                child.Path.Parent.Name));
            await stage.LinesAsync(1);
        }),
    ];

    public static async Task NoteErrorAsync(this Stage stage, Task task)
    {
        try
        {
            await task;
            stage.Note("no error");
        }
        catch (Exception error)
        {
            stage.Note(error.GetType().Name);
        }
    }
}
