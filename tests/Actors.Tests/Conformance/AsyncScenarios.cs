namespace StyleFarm.Conformance;

static class AsyncScenarios
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new("a turn that awaits holds the mailbox, and keeps its sender", "begin, end, 1, answered", async stage =>
        {
            var gate = new TaskCompletionSource();
            var actor = stage.Actor(Props.Create<Slow>(stage.Log, gate.Task));
            var answer = actor.Ask<string>("work", Soon);
            await stage.LinesAsync(1);
            actor.Tell(1);
            gate.SetResult();
            await answer;
            await stage.LinesAsync(3);
            stage.Note(await answer);
            await stage.LinesAsync(4);
        }),
        new("a turn that fails after an await is a failure of its message", "failing, before boom/String, 1", async stage =>
        {
            var actor = stage.Actor(Props.Create<SlowFailure>(stage.Log));
            actor.Tell("work");
            actor.Tell(1);
            await stage.LinesAsync(3);
        }),
        new("a cancelled turn is a failure", "failing, before cancelled/Char, 1", async stage =>
        {
            var actor = stage.Actor(Props.Create<SlowFailure>(stage.Log));
            actor.Tell('c');
            actor.Tell(1);
            await stage.LinesAsync(3);
        }),
        new("a child's failure waits until its parent's turn is over", "begin, end, decided, Terminated", async stage =>
        {
            var gate = new TaskCompletionSource();
            var parent = stage.Actor(Props.Create<SlowParent>(stage.Log, gate.Task));
            var child = await parent.Ask<IActorRef>('m', Soon);
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            await watcher.Ask<string>(new Watcher.Look(child), Soon);
            parent.Tell("work");
            await stage.LinesAsync(1);
            child.Tell(new Performer.Fail("boom"));
            await Stage.SettleAsync(watcher);
            gate.SetResult();
            await stage.LinesAsync(4);
        }),
        new("the end does not wait for a turn that awaits", "begin, stopped", async stage =>
        {
            var actor = stage.Actor(Props.Create<Slow>(stage.Log, new TaskCompletionSource().Task));
            actor.Tell("work");
            await stage.LinesAsync(1);
            stage.System.Stop(actor);
            await stage.LinesAsync(2);
        }),
        new("a pipe sends the result or the failure",
            "result 5, mapped 6, Failure IOException, mapped IOException, done, Failure TaskCanceledException", async stage =>
        {
            var actor = stage.Actor(Props.Create<Piper>(stage.Log));
            foreach (var (act, lines) in new[] { ("result", 1), ("mapped", 2), ("failure", 3), ("mapped failure", 4), ("plain", 5),
                ("cancelled", 6) })
            {
                actor.Tell(act);
                await stage.LinesAsync(lines);
            }
        }),
        new("a pipe of nothing sends nothing", "end", async stage =>
        {
            var actor = stage.Actor(Props.Create<Piper>(stage.Log));
            actor.Tell("nothing");
            await Stage.SettleAsync(actor);
            actor.Tell("end");
            await stage.LinesAsync(1);
        }),
    ];
}

sealed class Slow : ReceiveActor
{
    readonly IActorRef _log;

    public Slow(IActorRef log, Task gate)
    {
        _log = log;
        ReceiveAsync<string>(async _ =>
        {
            log.Tell("begin");
            await gate;
            await Task.Yield();
            log.Tell("end");
            Sender.Tell("answered");
        });
        Receive<int>(number => log.Tell($"{number}"));
    }

    protected override void PostStop() => _log.Tell("stopped");
}

sealed class SlowFailure : ReceiveActor
{
    readonly IActorRef _log;

    public SlowFailure(IActorRef log)
    {
        _log = log;
        ReceiveAsync<string>(async _ =>
        {
            log.Tell("failing");
            await Task.Yield();
            throw new InvalidOperationException("boom");
        });
        ReceiveAsync<char>(async _ =>
        {
            log.Tell("failing");
            await Task.Yield();
            throw new OperationCanceledException("boom");
        });
        Receive<int>(number => log.Tell($"{number}"));
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        var why = reason is OperationCanceledException ? "cancelled" : reason.Message;
        _log.Tell($"before {why}/{message?.GetType().Name}");
    }
}

sealed class SlowParent : ReceiveActor
{
    readonly IActorRef _log;

    public SlowParent(IActorRef log, Task gate)
    {
        _log = log;
        Receive<char>(_ => Sender.Tell(Context.ActorOf(Props.Create<Failing>())));
        ReceiveAsync<string>(async _ =>
        {
            log.Tell("begin");
            await gate;
            log.Tell("end");
        });
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ =>
    {
        _log.Tell("decided");
        return Directive.Stop;
    });

    sealed class Failing : ReceiveActor
    {
        public Failing() => Receive<Performer.Fail>(fail => throw fail.Error);
    }
}

sealed class Piper : ReceiveActor
{
    public Piper(IActorRef log)
    {
        Receive<string>(Act, text =>
            text is not "end" and not "done" && !text.StartsWith("mapped ", StringComparison.Ordinal) || text == "mapped failure");
        Receive<string>(text => log.Tell(text));
        Receive<int>(number => log.Tell($"result {number}"));
        Receive<Status.Failure>(failure => log.Tell($"Failure {failure.Cause.GetType().Name}"));
    }

    void Act(string act)
    {
        switch (act)
        {
            case "result":
                FiveAsync().PipeTo(Self);
                break;
            case "mapped":
                FiveAsync().PipeTo(Self, success: number => $"mapped {number + 1}");
                break;
            case "failure":
                FaultAsync().PipeTo(Self);
                break;
            case "mapped failure":
                FaultAsync().PipeTo(Self, failure: error => $"mapped {error.GetType().Name}");
                break;
            case "plain":
                ((Task)FiveAsync()).PipeTo(Self, success: () => "done");
                break;
            case "nothing":
                ((Task)FiveAsync()).PipeTo(Self);
                break;
            case "cancelled":
                Task.FromCanceled<int>(new CancellationToken(canceled: true)).PipeTo(Self);
                break;
        }
    }

    static async Task<int> FiveAsync()
    {
        await Task.Yield();
        return 5;
    }

    static async Task<int> FaultAsync()
    {
        await Task.Yield();
        throw new IOException("disk");
    }
}
