using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.World;

public sealed class DeterministicWorldTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly DeterministicWorld _world = new(1);

    [Fact]
    public void Timers_run_in_order_each_with_all_that_follows()
    {
        var lines = new List<string>();
        var actor = Actor((_, message) => lines.Add($"{message} {_world.Time.Elapsed.TotalSeconds}"));
        foreach (var seconds in new[] { 3, 1, 2, 1 }) _world.System.Scheduler.ScheduleTellOnce(seconds * Second, actor, seconds, null);

        _world.Advance(2.5 * Second);

        Assert.Equal(["1 1", "1 1", "2 2"], lines);
        Assert.Equal(2.5 * Second, _world.Time.Elapsed);
        Assert.True(_world.AdvanceToNextTimer());
        Assert.Equal(3 * Second, _world.Time.Elapsed);
        Assert.Equal(3, lines.Count);
        _world.RunUntilIdle();
        Assert.Equal("3 3", lines[^1]);
        Assert.False(_world.AdvanceToNextTimer());
    }

    [Fact]
    public void Asynchronous_code_of_a_test_runs_in_the_world()
    {
        var actor = Actor((context, message) => context.Sender.Tell((int)message + 1));

        var answer = _world.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromDays(1), _world.Time, TestContext.Current.CancellationToken);
            return await actor.Ask<int>(1) + await actor.Ask<int>(10);
        }, TimeSpan.FromDays(2));

        Assert.Equal((13, TimeSpan.FromDays(1), 0), (answer, _world.Time.Elapsed, _world.ForeignPosts));
    }

    [Fact]
    public void A_plain_turn_may_begin_asynchronous_work_that_stays_in_the_world()
    {
        var lines = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        async Task WorkAsync()
        {
            await Task.Yield();
            await Task.Delay(Second, _world.Time);
            lines.Add($"{_world.Time.Elapsed.TotalSeconds} {Environment.CurrentManagedThreadId == thread}");
        }

        var actor = Actor((context, _) => WorkAsync().PipeTo(context.Self, success: () => "done"), lines);
        actor.Tell("go");
        _world.Advance(5 * Second);

        Assert.Equal("1 True", lines[0]);
        Assert.Equal(0, _world.ForeignPosts);
    }

    [Fact]
    public void What_another_thread_brings_is_taken_and_counted()
    {
        var got = new List<object>();
        var actor = Actor((_, message) => got.Add(message));

        var thread = new Thread(() => actor.Tell("from outside", ActorRefs.NoSender));
        thread.Start();
        thread.Join();
        Assert.Empty(got);
        Assert.False(_world.IsIdle);
        _world.RunUntilIdle();

        Assert.Equal(["from outside"], got);
        Assert.Equal(1, _world.ForeignPosts);
    }

    [Fact]
    public void A_world_without_rest_is_told_apart_from_a_long_run()
    {
        var actor = Actor((context, message) => context.Self.Tell(message));
        actor.Tell("again");

        var error = Assert.Throws<InvalidOperationException>(() => _world.RunUntilIdle(maxTurns: 1000));

        Assert.Equal("No rest after 1000 turns (seed 1, 00:00:00)", error.Message);
    }

    [Fact]
    public void A_task_that_nobody_completes_is_told()
    {
        var error = Assert.Throws<TimeoutException>(() => _world.Await(new TaskCompletionSource().Task));

        Assert.Contains("nobody in the world does anything about it within 01:00:00 (seed 1,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunUntil_moves_time_no_further_than_told()
    {
        var late = false;
        _world.System.Scheduler.ScheduleTellOnce(10 * Second, Actor((_, _) => late = true), "late", null);

        Assert.False(_world.RunUntil(() => late, 9 * Second));
        Assert.Equal(9 * Second, _world.Time.Elapsed);
        Assert.True(_world.RunUntil(() => late, Second));
    }

    [Fact]
    public void A_crashed_system_says_and_does_nothing_more()
    {
        var lines = new List<string>();
        var other = _world.CreateSystem("other");
        var actor = other.ActorOf(Props.Create<Mortal>(lines), "mortal");
        var probe = _world.CreateProbe();
        probe.Watch(actor);
        probe.Send(actor, "hello");
        probe.ExpectMsg("hello");
        _world.Advance(1.5 * Second);
        Assert.Equal(["tick"], lines);

        actor.Tell("waiting");
        DeterministicWorld.Crash(other);
        actor.Tell("late");
        other.Stop(actor);
        _world.Advance(60 * Second);

        Assert.Equal(["tick"], lines);
        probe.ExpectNoMsg();
        Assert.Equal(0, _world.ForeignPosts);
    }

    [Fact]
    public void Systems_of_one_world_talk_and_watch()
    {
        var lines = new List<string>();
        var other = _world.CreateSystem("other");
        var actor = other.ActorOf(Props.Create<Mortal>(lines), "mortal");
        var probe = _world.CreateProbe();
        probe.Watch(actor);

        _world.Await(other.Terminate());

        Assert.Equal("akka://other/user/mortal", probe.ExpectTerminated(actor).ActorRef.Path.ToString());
        Assert.Equal(["stopped"], lines);
        Assert.False(_world.System.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void A_thousand_worlds_are_cheap_enough_to_be_thrown_away()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var world = new DeterministicWorld(seed);
            var actor = world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) => context.Sender.Tell(message)));
            Assert.Equal(seed, world.Await(actor.Ask<int>(seed)));
        }
    }

    IActorRef Actor(Action<IActorContext, object> act) => _world.System.ActorOf(Props.Create<Tell>(act));

    IActorRef Actor(Action<IActorContext, object> act, List<string> lines) => Actor((context, message) =>
    {
        if (message is "done") lines.Add("done");
        else act(context, message);
    });

    sealed class Mortal : ReceiveActor, IWithTimers
    {
        readonly List<string> _lines;

        public Mortal(List<string> lines)
        {
            _lines = lines;
            Timers.StartPeriodicTimer("tick", 't', Second);
            Receive<char>(_ => lines.Add("tick"));
            Receive<string>(text => Sender.Tell(text));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PostStop() => _lines.Add("stopped");
    }
}
