using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

public sealed class TimerTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly DeterministicWorld _world = new(1);
    readonly List<string> _lines = [];

    [Fact]
    public void Timers_fire_at_their_moments()
    {
        Do(timers =>
        {
            timers.StartSingleTimer("once", "once", 3 * Second);
            timers.StartPeriodicTimer("often", "often", 2 * Second);
            timers.StartPeriodicTimer("late", "late", 5 * Second, Second);
        });
        _world.Advance(7 * Second);

        Assert.Equal(["often 2", "once 3", "often 4", "late 5", "often 6", "late 6", "late 7"], _lines);
    }

    [Fact]
    public void A_message_that_waits_is_delivered_if_its_timer_is_replaced_behind_it()
    {
        var gate = new TaskCompletionSource();
        var actor = Do(timers => timers.StartSingleTimer("key", "old", Second));
        actor.Tell(gate.Task);
        _world.Advance(2 * Second);
        // This comes behind the timer's message, which is delivered.
        actor.Tell((Action<ITimerScheduler>)(timers => timers.StartSingleTimer("key", "new", Second)));
        gate.SetResult();
        _world.Advance(5 * Second);
        Assert.Equal(["old 2", "new 3"], _lines);
    }

    [Fact]
    public void A_message_that_waits_is_dropped_when_its_timer_is_replaced_or_cancelled_before_its_turn()
    {
        Action<ITimerScheduler>[] replacements = [timers => timers.Cancel("key"), timers => timers.StartSingleTimer("key", "new", Second)];
        foreach (var replacement in replacements)
        {
            var (world, lines) = (new DeterministicWorld(1), new List<string>());
            var actor = world.System.ActorOf(Props.Create<Timed>(world.Time, lines));
            actor.Tell((Action<ITimerScheduler>)(timers => timers.StartSingleTimer("key", "old", Second)));
            world.RunUntilIdle();
            // Both are in the mailbox in this order: the replacement, the message of the timer.
            actor.Tell(replacement);
            world.AdvanceToNextTimer();
            world.Advance(5 * Second);

            Assert.DoesNotContain(lines, line => line.StartsWith("old", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_periodic_timer_does_not_bury_an_actor_that_cannot_keep_up()
    {
        var gate = new TaskCompletionSource();
        var actor = Do(timers => timers.StartPeriodicTimer("key", "tick", Second));
        actor.Tell(gate.Task);
        _world.Advance(100.5 * Second);
        Assert.Empty(_lines);

        gate.SetResult();
        _world.RunUntilIdle();

        Assert.Equal(["tick 100.5"], _lines);
        _world.Advance(Second);
        Assert.Equal(["tick 100.5", "tick 101"], _lines);
    }

    [Fact]
    public void The_end_of_an_actor_ends_its_timers()
    {
        var letters = _world.CreateProbe();
        _world.System.EventStream.Subscribe<AllDeadLetters>(letters.Ref);
        var actor = Do(timers => timers.StartPeriodicTimer("key", "tick", Second));
        _world.RunUntilIdle();
        actor.Tell(PoisonPill.Instance);
        _world.AdvanceToNextTimer();
        _world.Advance(10 * Second);

        Assert.Null(_world.Time.NextDue);
        letters.ExpectNoMsg();
    }

    [Fact]
    public void A_timer_may_carry_an_order_to_end()
    {
        var probe = _world.CreateProbe();
        var actor = Do(timers => timers.StartSingleTimer("key", PoisonPill.Instance, Second));

        probe.ExpectTerminated(actor);
        Assert.Equal(Second, _world.Time.Elapsed);
    }

    IActorRef Do(Action<ITimerScheduler> act)
    {
        var actor = _world.System.ActorOf(Props.Create<Timed>(_world.Time, _lines));
        actor.Tell(act);
        return actor;
    }

    sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(VirtualTime time, List<string> lines)
        {
            Receive<Action<ITimerScheduler>>(act => act(Timers));
            ReceiveAsync<Task>(async gate => await gate);
            Receive<string>(text => lines.Add(FormattableString.Invariant($"{text} {time.Elapsed.TotalSeconds}")));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
