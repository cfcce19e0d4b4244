using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Systems;

public sealed class BackoffSupervisorTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly DeterministicWorld _world = new(1);
    readonly List<double> _births = [];

    Props Child => Props.Create<Brittle>((Action)(() => _births.Add(_world.Time.Elapsed.TotalSeconds)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pauses_double_up_to_the_longest(bool onStop)
    {
        var options = onStop
            ? Backoff.OnStop(Child, "c", Second, 5 * Second, 0, -1)
            : Backoff.OnFailure(Child, "c", Second, 5 * Second, 0, -1);
        var supervisor = Supervisor(options.WithManualReset());

        for (var i = 0; i < 5; i++) FailAndWait(supervisor, onStop);

        Assert.Equal([0, 1, 3, 7, 12, 17], _births);
    }

    [Fact]
    public void A_child_that_lives_long_enough_begins_anew()
    {
        var supervisor = Supervisor(Backoff.OnFailure(Child, "c", Second, 60 * Second, 0, -1).WithAutoReset(10 * Second));
        FailAndWait(supervisor);
        FailAndWait(supervisor);
        // At 11 the first return is ten seconds ago, but that life is over.
        _world.Advance(9 * Second);
        FailAndWait(supervisor);
        Assert.Equal([0, 1, 3, 16], _births);

        _world.Advance(20 * Second);
        FailAndWait(supervisor);

        Assert.Equal([0, 1, 3, 16, 37], _births);
    }

    [Fact]
    public void A_manual_reset_begins_anew()
    {
        var supervisor = Supervisor(Backoff.OnFailure(Child, "c", Second, 60 * Second, 0, -1).WithManualReset());
        FailAndWait(supervisor);
        supervisor.Tell(BackoffSupervisor.Reset.Instance);
        FailAndWait(supervisor);

        Assert.Equal([0, 1, 2], _births);
    }

    [Fact]
    public void Chance_makes_pauses_longer_by_no_more_than_told()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var world = new DeterministicWorld(seed);
            var births = new List<double>();
            var child = Props.Create<Brittle>((Action)(() => births.Add(world.Time.Elapsed.TotalSeconds)));
            var options = Backoff.OnFailure(child, "c", 10 * Second, 60 * Second, 0.5, -1);
            var supervisor = world.System.ActorOf(BackoffSupervisor.Props(options));
            supervisor.Tell("fail");
            world.Advance(30 * Second);

            Assert.InRange(births[1], 10, 15);
        }
    }

    [Fact]
    public void After_the_last_return_the_supervisor_ends_with_its_child()
    {
        var probe = _world.CreateProbe();
        var supervisor = Supervisor(Backoff.OnFailure(Child, "c", Second, Second, 0, 1).WithManualReset());
        FailAndWait(supervisor);
        supervisor.Tell("fail");

        probe.ExpectTerminated(supervisor);
        Assert.Equal([0, 1], _births);
    }

    [Fact]
    public void Messages_pass_both_ways_and_the_final_one_ends_it()
    {
        var probe = _world.CreateProbe();
        var letters = _world.CreateProbe();
        _world.System.EventStream.Subscribe<DeadLetter>(letters.Ref);
        var options = Backoff.OnStop(Child, "c", Second, Second, 0, -1);
        var supervisor = Supervisor(options.WithFinalStopMessage(message => message is "stop for good"));
        probe.Send(supervisor, "name");
        Assert.Equal("c", probe.ExpectMsg<string>());
        probe.Send(supervisor, BackoffSupervisor.GetCurrentChild.Instance);
        Assert.Equal("c", probe.ExpectMsg<BackoffSupervisor.CurrentChild>().Ref!.Path.Name);

        supervisor.Tell("stop");
        _world.RunUntilIdle();
        probe.Send(supervisor, "lost");
        Assert.Equal("lost", letters.ExpectMsg<DeadLetter>().Message);
        _world.Advance(2 * Second);
        supervisor.Tell("stop for good");

        probe.ExpectTerminated(supervisor);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Backoff.OnStop(Child, "c", TimeSpan.Zero, Second, 0, -1));
        Assert.Throws<ArgumentException>(() => Backoff.OnStop(Child, "c", 2 * Second, Second, 0, -1));
        Assert.Throws<ArgumentException>(() => Backoff.OnStop(Child, "c", Second, Second, 1.1, -1));
        Assert.Throws<ArgumentException>(() => Backoff.OnStop(Child, "c", Second, Second, double.NaN, -1));
    }

    IActorRef Supervisor(BackoffOptions options)
    {
        var supervisor = _world.System.ActorOf(BackoffSupervisor.Props(options));
        _world.RunUntilIdle();
        return supervisor;
    }

    void FailAndWait(IActorRef supervisor, bool onStop = false)
    {
        var before = _births.Count;
        supervisor.Tell(onStop ? "stop" : "fail");
        Assert.True(_world.RunUntil(() => _births.Count > before, TimeSpan.FromMinutes(5)));
        _world.RunUntilIdle();
    }

    sealed class Brittle : ReceiveActor
    {
        public Brittle(Action born)
        {
            born();
            Receive<string>(text => throw new InvalidOperationException(text), text => text == "fail");
            Receive<string>(_ => Context.Stop(Self), text => text.StartsWith("stop", StringComparison.Ordinal));
            Receive<string>(_ => Sender.Tell(Self.Path.Name));
        }
    }
}
