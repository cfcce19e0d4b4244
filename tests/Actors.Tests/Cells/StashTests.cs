using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

public sealed class StashTests
{
    readonly DeterministicWorld _world = new(1);
    readonly List<string> _lines = [];

    [Fact]
    public void It_gives_back_one_or_those_that_fit()
    {
        var actor = Start("1", "2", "3", "4");

        Do(actor, stash => stash.Unstash());
        Assert.Equal(["1"], _lines);
        Do(actor, stash => stash.UnstashAll(envelope => envelope.Message is "3"));
        Assert.Equal(["1", "3"], _lines);
        Do(actor, stash => stash.UnstashAll());
        Assert.Equal(["1", "3"], _lines);
    }

    [Fact]
    public void It_can_be_emptied_and_filled_by_hand()
    {
        var actor = Start("1", "2");

        Do(actor, stash =>
        {
            var taken = stash.ClearStash().ToArray();
            Assert.True(stash is { IsEmpty: true, NonEmpty: false, Count: 0, IsFull: false, Capacity: 16 });
            stash.Prepend([.. taken.Reverse(), taken[0]]);
            Assert.Equal(2, stash.Count);
            stash.UnstashAll();
        });

        Assert.Equal(["2", "1"], _lines);
    }

    [Fact]
    public void Over_its_limit_it_fails_the_actor_and_the_restart_brings_all_back()
    {
        var errors = _world.CreateProbe();
        _world.System.EventStream.Subscribe<Error>(errors.Ref);
        Start([.. Enumerable.Range(0, 16).Select(number => $"{number}")]).Tell("over");

        var error = errors.ExpectMsg<Error>();

        Assert.IsType<StashOverflowException>(error.Cause);
        Assert.StartsWith("Couldn't enqueue message over from [akka://world/deadLetters] to stash of", (string)error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_stashed_at_the_end_becomes_dead_letters()
    {
        var letters = _world.CreateProbe();
        var actor = Start("1", "2");
        _world.RunUntilIdle();
        _world.System.EventStream.Subscribe<DeadLetter>(letters.Ref);

        actor.Tell(PoisonPill.Instance);

        Assert.Equal(["1", "2"], letters.ReceiveAll().Cast<DeadLetter>().Select(letter => letter.Message));
    }

    [Fact]
    public void News_of_a_death_can_be_stashed()
    {
        var friend = _world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));
        var actor = _world.System.ActorOf(Props.Create<Patient>(_lines, friend));
        friend.Tell(PoisonPill.Instance);
        _world.RunUntilIdle();
        actor.Tell("open");
        _world.RunUntilIdle();

        Assert.Equal(["stashed", "open", "Terminated"], _lines);
    }

    IActorRef Start(params string[] texts)
    {
        var actor = _world.System.ActorOf(Props.Create<Keeper>(_lines).WithMailbox("bounded-16"));
        _world.RunUntilIdle();
        foreach (var text in texts)
        {
            actor.Tell(text);
            _world.RunUntilIdle();
        }
        return actor;
    }

    void Do(IActorRef actor, Action<IStash> act)
    {
        actor.Tell(act);
        _world.RunUntilIdle();
    }

    sealed class Keeper : ReceiveActor, IWithStash
    {
        public Keeper(List<string> lines)
        {
            Receive<string>(_ => Stash.Stash());
            Receive<Action<IStash>>(act =>
            {
                act(Stash);
                Become(() =>
                {
                    Receive<string>(lines.Add);
                    Receive<Action<IStash>>(next => next(Stash));
                });
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    sealed class Patient : ReceiveActor, IWithStash
    {
        public Patient(List<string> lines, IActorRef friend)
        {
            Context.Watch(friend);
            Receive<Terminated>(_ =>
            {
                lines.Add("stashed");
                Stash.Stash();
            });
            Receive<string>(text =>
            {
                lines.Add(text);
                Become(() => Receive<Terminated>(_ => lines.Add("Terminated")));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
