using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

/// <summary>What the conformance plays leave open: limits in time, escalation to the top, failures on the way down, the log.</summary>
public sealed class SupervisionTests
{
    readonly DeterministicWorld _world = new(1);
    readonly List<string> _lines = [];

    [Fact]
    public void The_window_of_restarts_opens_anew_when_it_is_over()
    {
        var child = Child(new OneForOneStrategy(1, TimeSpan.FromSeconds(10), _ => Directive.Restart));
        var probe = _world.CreateProbe();

        child.Tell("fail");
        _world.Advance(TimeSpan.FromSeconds(11));
        child.Tell("fail");
        _world.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["new", "new", "new"], _lines);
        child.Tell("fail");
        child.Tell("fail");

        probe.ExpectTerminated(child);
        Assert.Equal(["new", "new", "new", "new"], _lines);
    }

    [Theory]
    [InlineData(-1, 5, 1)]
    [InlineData(0, -1, 0)]
    [InlineData(3, -1, 3)]
    public void Limits_mean_what_Akka_means_by_them(int retries, int withinSeconds, int restarts)
    {
        var child = Child(new OneForOneStrategy(retries, withinSeconds * 1000, _ => Directive.Restart));

        for (var i = 0; i < 5; i++) child.Tell("fail");
        _world.RunUntilIdle();

        Assert.Equal(1 + restarts, _lines.Count);
    }

    [Fact]
    public void The_end_of_the_user_guardian_ends_the_system()
    {
        _world.System.ActorOf(Props.Create<Leaf>(_lines));
        _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object _) => context.Stop(context.Parent))).Tell("end it");

        _world.Await(_world.System.WhenTerminated);
    }

    [Fact]
    public void A_failing_decider_fails_the_parent()
    {
        var child = Child(new OneForOneStrategy(_ => throw new InvalidOperationException("undecided")));
        var errors = Errors();

        child.Tell("fail");

        Assert.Equal("undecided", errors.ExpectMsg<Error>().Message);
    }

    [Fact]
    public void Failures_are_written_to_the_log_unless_told_otherwise()
    {
        var errors = Errors();
        Child(new OneForOneStrategy(-1, -1, _ => Directive.Stop, loggingEnabled: false)).Tell("fail");
        errors.ExpectNoMsg();

        var child = Child(new OneForOneStrategy(_ => Directive.Stop));
        child.Tell("fail");

        var error = errors.ExpectMsg<Error>();
        Assert.Equal((child.Path.ToString(), "fail", typeof(Leaf)), (error.LogSource, error.Message, error.LogClass));
        Assert.IsType<InvalidOperationException>(error.Cause);
    }

    [Fact]
    public void A_failure_in_PreRestart_is_logged_and_the_restart_goes_on()
    {
        var errors = Errors();
        var actor = _world.System.ActorOf(Props.Create<BadEnds>(_lines, "PreRestart"));
        actor.Tell("fail");
        actor.Tell("go on");
        _world.RunUntilIdle();

        Assert.Equal(["new", "new", "go on"], _lines);
        Assert.Equal("fail", errors.ExpectMsg<Error>().Message);
        Assert.IsType<PreRestartException>(errors.ExpectMsg<Error>().Cause);
    }

    [Fact]
    public void A_failure_in_PostRestart_stops_by_default()
    {
        var probe = _world.CreateProbe();
        var actor = _world.System.ActorOf(Props.Create<BadEnds>(_lines, "PostRestart"));
        actor.Tell("fail");

        probe.ExpectTerminated(actor);
        Assert.Equal(["new", "new"], _lines);
    }

    [Fact]
    public void A_failure_in_PostStop_is_logged_and_the_end_goes_on()
    {
        var errors = Errors();
        var probe = _world.CreateProbe();
        var actor = _world.System.ActorOf(Props.Create<BadEnds>(_lines, "PostStop"));
        actor.Tell(PoisonPill.Instance);

        probe.ExpectTerminated(actor);
        Assert.Equal("PostStop", errors.ExpectMsg<Error>().Message);
    }

    [Fact]
    public void A_child_that_could_not_be_made_is_made_again_where_so_decided()
    {
        var attempts = 0;
        var strategy = new OneForOneStrategy(error => error is ActorInitializationException ? Directive.Restart : Directive.Stop);
        var parent = _world.System.ActorOf(Props.Create<Parent>(strategy, _lines));
        parent.Tell(Props.Create<Reluctant>((Func<int>)(() => ++attempts), _lines));

        _world.RunUntilIdle();

        Assert.Equal(3, attempts);
        Assert.Equal(["born"], _lines);
    }

    [Fact]
    public void Timers_of_a_child_that_failed_while_it_was_made_are_silent()
    {
        var attempts = 0;
        var strategy = new OneForOneStrategy(_ => Directive.Restart);
        var parent = _world.System.ActorOf(Props.Create<Parent>(strategy, _lines));
        parent.Tell(Props.Create<Hasty>((Func<int>)(() => ++attempts), _lines));

        _world.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["2"], _lines);
    }

    TestProbe Errors()
    {
        var probe = _world.CreateProbe();
        _world.System.EventStream.Subscribe<Error>(probe.Ref);
        return probe;
    }

    IActorRef Child(SupervisorStrategy strategy)
    {
        var probe = _world.CreateProbe();
        probe.Send(_world.System.ActorOf(Props.Create<Parent>(strategy, _lines)), Props.Create<Leaf>(_lines));
        return probe.ExpectMsg<IActorRef>();
    }

    sealed class Parent : ReceiveActor
    {
        readonly SupervisorStrategy _strategy;

        public Parent(SupervisorStrategy strategy, List<string> lines)
        {
            _ = lines;
            _strategy = strategy;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    sealed class Leaf : ReceiveActor
    {
        public Leaf(List<string> lines)
        {
            lines.Add("new");
            Receive<string>(text => throw new InvalidOperationException(text));
        }
    }

    sealed class BadEnds : ReceiveActor
    {
        readonly string _bad;

        public BadEnds(List<string> lines, string bad)
        {
            _bad = bad;
            lines.Add("new");
            Receive<string>(text => throw new InvalidOperationException(text), text => text == "fail");
            Receive<string>(lines.Add);
        }

        protected override void PreRestart(Exception reason, object? message) => Fail("PreRestart");

        protected override void PostRestart(Exception reason) => Fail("PostRestart");

        protected override void PostStop() => Fail("PostStop");

        void Fail(string where)
        {
            if (where == _bad) throw new InvalidOperationException(where);
        }
    }

    sealed class Reluctant : ReceiveActor
    {
        public Reluctant(Func<int> attempt, List<string> lines)
        {
            if (attempt() < 3) throw new InvalidOperationException("not yet");
            lines.Add("born");
        }
    }

    sealed class Hasty : ReceiveActor, IWithTimers
    {
        public Hasty(Func<int> attempt, List<string> lines)
        {
            var number = attempt();
            Receive<int>(due => lines.Add($"{due}"));
            Timers.StartSingleTimer("key", number, TimeSpan.FromSeconds(1));
            if (number == 1) throw new InvalidOperationException("not yet");
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
