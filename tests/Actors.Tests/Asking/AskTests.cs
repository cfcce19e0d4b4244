using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Asking;

public sealed class AskTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly DeterministicWorld _world = new(1);

    IActorRef Silent => _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));

    [Fact]
    public void It_times_out_at_its_moment()
    {
        var answer = Silent.Ask<string>("x", 1.5 * Second);

        _world.Advance(1.499 * Second);
        Assert.False(answer.IsCompleted);
        var error = Assert.Throws<AskTimeoutException>(() => _world.Await(answer));

        Assert.Equal("Timeout after 1.50 seconds", error.Message);
        Assert.Equal(1.5 * Second, _world.Time.Elapsed);
    }

    [Fact]
    public void An_answer_ends_the_timer()
    {
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) => context.Sender.Tell(message)));

        Assert.Equal("x", _world.Await(actor.Ask<string>("x", Second)));
        Assert.Null(_world.Time.NextDue);
    }

    [Fact]
    public void Only_the_first_answer_counts_the_others_are_dead()
    {
        var letters = _world.CreateProbe();
        _world.System.EventStream.Subscribe<DeadLetter>(letters.Ref);
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext context, object _) =>
        {
            context.Sender.Tell("first");
            context.Sender.Tell("second");
        }));

        Assert.Equal("first", _world.Await(actor.Ask<string>("x")));
        Assert.Equal("second", letters.ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_cancelled_ask_ends_with_its_token()
    {
        using var source = new CancellationTokenSource();
        var answer = Silent.Ask<string>("x", source.Token);

        source.Cancel();

        Assert.True(answer.IsCanceled);
    }

    [Fact]
    public void An_end_that_takes_too_long_is_told()
    {
        var actor = _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));

        Assert.Throws<TaskCanceledException>(() => _world.Run(() => actor.GracefulStop(Second, "not a pill")));
        Assert.True(_world.Run(() => actor.GracefulStop(Second)));
        Assert.True(_world.Run(() => actor.GracefulStop(Second)));
    }

    [Fact]
    public void A_stranger_is_asked_in_a_turn_only()
    {
        Assert.Throws<ArgumentException>(() => { _ = new Stranger().Ask<string>("x"); });
        Task<string>? answer = null;
        _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { answer = new Stranger().Ask<string>("x"); })).Tell("go");
        _world.RunUntilIdle();

        Assert.Equal("echo x", _world.Await(answer!));
    }

    [Fact]
    public void A_null_result_is_piped_as_a_failure()
    {
        var probe = _world.CreateProbe();

        Task.FromResult<string>(null!).PipeTo(probe.Ref);

        Assert.IsType<InvalidMessageException>(probe.ExpectMsg<Status.Failure>().Cause);
    }

    sealed class Stranger : ICanTell
    {
        public void Tell(object message, IActorRef? sender) => sender!.Tell($"echo {message}", null);
    }
}
