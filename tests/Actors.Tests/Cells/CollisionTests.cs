using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Cells;

/// <summary>Ends, failures and restarts that meet: each in many interleavings.</summary>
public sealed class CollisionTests
{
    const int Seeds = 100;

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_end_of_a_stranger_of_the_same_name_leaves_the_child_alone()
    {
        var world = new DeterministicWorld(1);
        var stranger = world.System.ActorOf(Props.Create<Family>(0), "c");
        var parent = world.System.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
        {
            if (message is Terminated) return;
            context.ActorOf(Props.Create<Family>(0), "c");
            context.Watch(stranger);
        }));
        parent.Tell("begin");
        world.RunUntilIdle();
        stranger.Tell(PoisonPill.Instance);
        world.RunUntilIdle();

        Assert.Single(((LocalActorRef)parent).Cell.GetChildren());
    }

    [Fact]
    public void A_parent_that_ends_is_not_told_of_the_children_that_end_with_it()
    {
        var world = new DeterministicWorld(1);
        var letters = world.CreateProbe();
        var parent = world.System.ActorOf(Props.Create<Family>(3));
        world.RunUntilIdle();
        world.System.EventStream.Subscribe<SuppressedDeadLetter>(letters.Ref);

        world.System.Stop(parent);

        letters.ExpectNoMsg();
    }

    [Fact]
    public void A_parent_that_restarts_is_not_told_of_the_children_that_it_ended()
    {
        Each(world =>
        {
            var parent = world.System.ActorOf(Props.Create<Family>(3));
            parent.Tell("fail");
            Assert.Equal("alive", world.Await(parent.Ask<string>("?", Second)));
        });
    }

    [Fact]
    public void Failures_above_and_below_at_once_leave_all_alive()
    {
        Each(world =>
        {
            var probe = world.CreateProbe();
            var top = world.System.ActorOf(Props.Create<Keeper>());
            probe.Send(top, Props.Create<Family>(4));
            var middle = probe.ExpectMsg<IActorRef>();
            world.RunUntilIdle();

            middle.Tell("fail");
            for (var i = 0; i < 20; i++) world.RunOne();
            top.Tell("fail");
            middle.Tell("fail");
            world.RunUntilIdle();

            Assert.Equal("alive", world.Await(top.Ask<string>("?", Second)));
            Assert.Equal("alive", world.Await(middle.Ask<string>("?", Second)));
            Assert.False(((LocalActorRef)middle).Cell.Mailbox.IsSuspended);
        });
    }

    [Fact]
    public void A_restart_from_above_while_children_die_makes_each_incarnation_once()
    {
        Each(world =>
        {
            var probe = world.CreateProbe();
            var lives = new List<string>();
            var top = world.System.ActorOf(Props.Create<Keeper>());
            probe.Send(top, Props.Create<Chronicler>(lives));
            var middle = probe.ExpectMsg<IActorRef>();
            world.RunUntilIdle();

            middle.Tell("fail");
            top.Tell("fail");
            world.RunUntilIdle();

            Assert.Equal("alive", world.Await(middle.Ask<string>("?", Second)));
            Assert.Equal(["new", "start", "before", "new", "after", "before", "new", "after"], lives);
        });
    }

    [Fact]
    public void A_failure_on_the_way_out_is_no_news()
    {
        Each(world =>
        {
            var gate = new TaskCompletionSource();
            var errors = world.CreateProbe();
            var actor = world.System.ActorOf(Props.Create<SlowFamily>(gate.Task));
            actor.Tell("work");
            world.RunUntilIdle();
            world.System.EventStream.Subscribe<Error>(errors.Ref);

            world.System.Stop(actor);
            gate.SetResult();

            errors.ExpectTerminated(actor);
        });
    }

    [Fact]
    public void A_restart_that_failed_is_followed_by_a_new_life_without_the_children_that_were_kept()
    {
        Each(world =>
        {
            var probe = world.CreateProbe();
            var attempts = 0;
            var top = world.System.ActorOf(Props.Create<Keeper>());
            probe.Send(top, Props.Create<HardToRestart>((Func<int>)(() => ++attempts)));
            var middle = probe.ExpectMsg<IActorRef>();
            probe.Send(middle, Props.Create<Family>(0));
            var child = probe.ExpectMsg<IActorRef>();

            middle.Tell("fail");

            probe.ExpectTerminated(child);
            Assert.Equal(1, attempts);
            Assert.Equal("alive", world.Await(middle.Ask<string>("?", Second)));
        });
    }

    [Fact]
    public void Work_that_a_turn_left_behind_has_no_sender()
    {
        var world = new DeterministicWorld(1);
        var senders = new List<string>();
        var actor = world.System.ActorOf(Props.Create<Careless>(senders));

        actor.Tell("x", world.CreateProbe("asker").Ref);
        world.RunUntilIdle();

        Assert.Equal(["x asker", "x deadLetters"], senders);
    }

    [Fact]
    public void What_awaits_an_answer_does_not_run_inside_the_turn_that_gives_it()
    {
        var world = new DeterministicWorld(1);
        var inside = false;
        var actor = world.System.ActorOf(Props.Create<Tell>((IActorContext context, object _) =>
        {
            inside = true;
            context.Sender.Tell("answer");
            inside = false;
        }));

        var seen = world.Run(async () =>
        {
            await actor.Ask<string>("?");
            return inside;
        });

        Assert.False(seen);
    }

    static void Each(Action<DeterministicWorld> play)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new DeterministicWorld(seed);
            try
            {
                play(world);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}: {error.Message}", error);
            }
        }
    }

    /// <summary>A chain of watched children: ends only after as many turns.</summary>
    class Family : ReceiveActor
    {
        public Family(int depth)
        {
            if (depth > 0) Context.Watch(Context.ActorOf(Props.Create<Family>(depth - 1), "c"));
            Receive<string>(text => throw new InvalidOperationException(text), text => text == "fail");
            Receive<string>(_ => Sender.Tell("alive"));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }

    class Keeper : ReceiveActor
    {
        public Keeper()
        {
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<string>(text => throw new InvalidOperationException(text), text => text == "fail");
            Receive<string>(_ => Sender.Tell("alive"));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

        protected override void PreRestart(Exception reason, object? message)
        {
        }
    }

    sealed class HardToRestart(Func<int> attempt) : Keeper
    {
        protected override void PostRestart(Exception reason)
        {
            if (attempt() > 0) throw new InvalidOperationException("again");
        }
    }

    sealed class Chronicler : Family
    {
        readonly List<string> _lives;

        public Chronicler(List<string> lives) : base(4)
        {
            _lives = lives;
            lives.Add("new");
        }

        protected override void PreStart() => _lives.Add("start");

        protected override void PreRestart(Exception reason, object? message)
        {
            _lives.Add("before");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason) => _lives.Add("after");
    }

    sealed class SlowFamily : ReceiveActor
    {
        public SlowFamily(Task gate)
        {
            Context.ActorOf(Props.Create<Family>(3));
            ReceiveAsync<string>(async text =>
            {
                await gate;
                throw new InvalidOperationException(text);
            });
        }
    }

    sealed class Careless : ReceiveActor
    {
        public Careless(List<string> senders) => ReceiveAsync<string>(text =>
        {
            _ = LaterAsync(senders, text);
            return Task.CompletedTask;
        });

        async Task LaterAsync(List<string> senders, string text)
        {
            senders.Add($"{text} {Sender.Path.Name}");
            await Task.Yield();
            await Task.Yield();
            senders.Add($"{text} {Sender.Path.Name}");
        }
    }
}
