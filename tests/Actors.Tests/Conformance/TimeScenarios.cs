namespace StyleFarm.Conformance;

static class TimeScenarios
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static IEnumerable<Scenario> All =>
    [
        new("a timer fires once, its key is free again", "due, inactive", async stage =>
        {
            stage.Actor(Props.Create<Sleeper>(stage.Log)).Tell("once");
            await stage.LinesAsync(2);
        }),
        new("a timer of the same key replaces the one before", "new", async stage =>
        {
            var actor = stage.Actor(Props.Create<Sleeper>(stage.Log));
            actor.Tell("replace");
            await stage.LinesAsync(1);
        }),
        new("a cancelled timer is silent though its message waits", "cancelled, later", async stage =>
        {
            var actor = stage.Actor(Props.Create<Sleeper>(stage.Log));
            actor.Tell("cancel");
            await stage.LinesAsync(2);
        }),
        new("a periodic timer goes on until it is cancelled", "tick, tick, tick, done", async stage =>
        {
            stage.Actor(Props.Create<Sleeper>(stage.Log)).Tell("periodic");
            await stage.LinesAsync(4);
        }),
        new("a restart cancels the timers", "restarted, later", async stage =>
        {
            stage.Actor(Props.Create<Sleeper>(stage.Log)).Tell("fail");
            await stage.LinesAsync(2);
        }),
        new("silence is told", "ReceiveTimeout, ReceiveTimeout", async stage =>
        {
            stage.Actor(Props.Create<Listless>(stage.Log));
            await stage.LinesAsync(2);
        }),
        new("a scheduled message can be called off", "kept", async stage =>
        {
            var cancelled = stage.System.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMilliseconds(20), stage.Log, "cancelled",
                ActorRefs.NoSender);
            cancelled.Cancel();
            stage.System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(60), stage.Log, "kept", ActorRefs.NoSender);
            await stage.LinesAsync(1);
        }),
        new("a child that fails comes back after a pause, and its caller hears of it", "b:new, closed, b:new, count 1", async stage =>
        {
            var child = Props.Create<Brittle>(stage.Log);
            var options = Backoff.OnFailure(child, "b", TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), 0, -1)
                .WithReplyWhileStopped("closed").WithAutoReset(TimeSpan.FromMinutes(5));
            var supervisor = stage.Actor(BackoffSupervisor.Props(options));
            await stage.LinesAsync(1);
            supervisor.Tell("fail");
            while (await StateAsync(supervisor) != "closed")
            {
            }
            stage.Note("closed");
            await stage.LinesAsync(3);
            var count = await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Soon);
            stage.Note($"count {count.Count}");
            await stage.LinesAsync(4);
        }),
        new("a child that stops comes back, but not for ever", "b:new, b:new, Terminated", async stage =>
        {
            var child = Props.Create<Brittle>(stage.Log);
            var options = Backoff.OnStop(child, "b", TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), 0, 1)
                .WithAutoReset(TimeSpan.FromMinutes(5));
            var supervisor = stage.Actor(BackoffSupervisor.Props(options));
            var watcher = stage.Actor(Props.Create<Watcher>(stage.Log));
            await watcher.Ask<string>(new Watcher.Look(supervisor), Soon);
            await stage.LinesAsync(1);
            supervisor.Tell("stop");
            await stage.LinesAsync(2);
            supervisor.Tell("stop");
            await stage.LinesAsync(3);
        }),
    ];

    // What the failing child had in its mailbox is lost with it, the question among it.
    static async Task<string> StateAsync(IActorRef supervisor)
    {
        try
        {
            return await supervisor.Ask<string>("state", TimeSpan.FromMilliseconds(30));
        }
        catch (AskTimeoutException)
        {
            return "lost";
        }
    }
}

sealed class Sleeper : ReceiveActor, IWithTimers
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Long = TimeSpan.FromMilliseconds(80);

    readonly IActorRef _log;
    int _ticks;

    public Sleeper(IActorRef log)
    {
        _log = log;
        Receive<string>(Act);
        Receive<Due>(OnDue);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostRestart(Exception reason)
    {
        _log.Tell("restarted");
        Timers.StartSingleTimer("later", new Due("later"), Long);
    }

    void Act(string act)
    {
        switch (act)
        {
            case "once":
                Timers.StartSingleTimer("key", new Due("due"), Short);
                break;
            case "replace":
                Timers.StartSingleTimer("key", new Due("old"), Short);
                Timers.StartSingleTimer("key", new Due("new"), Long);
                break;
            case "cancel":
                Timers.StartSingleTimer("key", new Due("cancelled too late"), Short);
                Timers.Cancel("key");
                _log.Tell("cancelled");
                Timers.StartSingleTimer("later", new Due("later"), Long);
                break;
            case "periodic":
                Timers.StartPeriodicTimer("key", new Due("tick"), Short);
                break;
            case "fail":
                Timers.StartSingleTimer("key", new Due("forgotten"), Short);
                throw new InvalidOperationException("fail");
        }
    }

    void OnDue(Due due)
    {
        _log.Tell(due.Text);
        if (due.Text == "due") _log.Tell(Timers.IsTimerActive("key") ? "active" : "inactive");
        if (due.Text != "tick" || ++_ticks < 3) return;
        Timers.Cancel("key");
        _log.Tell("done");
    }

    sealed record Due(string Text);
}

sealed class Listless : ReceiveActor
{
    int _times;

    public Listless(IActorRef log)
    {
        SetReceiveTimeout(TimeSpan.FromMilliseconds(20));
        Receive<ReceiveTimeout>(_ =>
        {
            log.Tell("ReceiveTimeout");
            if (++_times == 2) SetReceiveTimeout(null);
        });
    }
}

sealed class Brittle : ReceiveActor
{
    public Brittle(IActorRef log)
    {
        log.Tell($"{Self.Path.Name}:new");
        Receive<string>(_ => throw new InvalidOperationException("fail"), text => text == "fail");
        Receive<string>(_ => Context.Stop(Self), text => text == "stop");
        Receive<string>(_ => Sender.Tell("open"));
    }
}
