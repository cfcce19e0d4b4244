using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Mailboxes;

/// <summary>The thread pool, under load: what one thread cannot show. Each waits for its end, none for time.</summary>
public sealed class ConcurrencyTests : IAsyncLifetime
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    readonly ActorSystem _system = ActorSystem.Create("load", new ActorSystemOptions { MailboxCapacity = 1 << 20 });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _system.Terminate().WaitAsync(Soon);

    [Fact]
    public async Task Messages_of_many_senders_all_arrive_each_in_order()
    {
        const int Senders = 8, Each = 20_000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new int[Senders];
        var (left, disorder) = (Senders * Each, 0);
        var actor = _system.ActorOf(Props.Create<Tell>((IActorContext _, object message) =>
        {
            var (sender, number) = ((int, int))message;
            if (next[sender]++ != number) disorder++;
            if (--left == 0) done.SetResult();
        }));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++) actor.Tell((sender, number), ActorRefs.NoSender);
        })));

        await done.Task.WaitAsync(Soon);
        Assert.Equal(0, disorder);
    }

    [Fact]
    public async Task Restarts_under_load_lose_only_the_messages_that_failed()
    {
        const int Senders = 4, Each = 5_000;
        var (handled, failed) = (0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _system.ActorOf(Props.Create<Tell>((IActorContext _, object message) =>
        {
            if ((int)message % 50 == 0) failed++;
            else handled++;
            if (handled + failed == Senders * Each) done.SetResult();
            if ((int)message % 50 == 0) throw new InvalidOperationException("50");
        }));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++) actor.Tell(number, ActorRefs.NoSender);
        })));

        await done.Task.WaitAsync(Soon);
        Assert.Equal((Senders * Each / 50, Senders * Each * 49 / 50), (failed, handled));
    }

    [Fact]
    public async Task Asynchronous_turns_under_load_never_overlap()
    {
        const int Senders = 4, Each = 2_000;
        var (inside, overlaps, left) = (0, 0, Senders * Each);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _system.ActorOf(Props.Create<TellAsync>(async (object _) =>
        {
            if (Interlocked.Increment(ref inside) != 1) overlaps++;
            await Task.Yield();
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            if (--left == 0) done.SetResult();
        }));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++) actor.Tell(number, ActorRefs.NoSender);
        })));

        await done.Task.WaitAsync(Soon);
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task Every_watcher_hears_of_an_end_that_races_with_its_watch()
    {
        for (var round = 0; round < 300; round++)
        {
            var subject = _system.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { }));
            var probes = Enumerable.Range(0, 4).Select(_ => new TestProbe(_system)).ToArray();
            var stopping = Task.Run(() => subject.Tell(PoisonPill.Instance, ActorRefs.NoSender));

            foreach (var probe in probes) probe.ExpectTerminated(subject, Soon);

            await stopping;
        }
    }

    [Fact]
    public async Task Messages_to_an_actor_that_ends_are_handled_or_dead_but_never_lost()
    {
        const int Each = 2_000;
        var (handled, dead) = (0, 0);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var letters = _system.ActorOf(Props.Create<Tell>((IActorContext _, object message) =>
        {
            if (message is DeadLetter { Message: int }) Interlocked.Increment(ref dead);
            if (message is DeadLetter { Message: "end" }) done.SetResult();
        }));
        _system.EventStream.Subscribe<DeadLetter>(letters);
        var actor = _system.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
        {
            Interlocked.Increment(ref handled);
            if ((int)message == 1_000) context.Stop(context.Self);
        }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++) actor.Tell(number, ActorRefs.NoSender);
        })));
        var probe = new TestProbe(_system);
        probe.ExpectTerminated(actor, Soon);
        actor.Tell("end", ActorRefs.NoSender);

        await done.Task.WaitAsync(Soon);
        Assert.Equal(4 * Each, handled + dead);
    }

    [Fact]
    public async Task Actors_are_made_and_asked_from_every_thread()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(() =>
        {
            var actor = _system.ActorOf(Props.Create<Tell>((IActorContext context, object message) =>
                context.Sender.Tell((int)message + 1)));
            return actor.Ask<int>(number, Soon);
        })));

        Assert.Equal(Enumerable.Range(1, 500), answers);
    }

    [Fact]
    public async Task A_family_ends_whole_while_it_works()
    {
        for (var round = 0; round < 100; round++)
        {
            var parent = _system.ActorOf(Props.Create<Brood>(5));
            for (var number = 0; number < 50; number++) parent.Tell(number, ActorRefs.NoSender);
            Assert.True(await parent.GracefulStop(Soon));
        }
    }

    /// <summary>Makes children that make children, and keeps them failing.</summary>
    sealed class Brood : ReceiveActor
    {
        public Brood(int depth)
        {
            if (depth > 0)
                for (var i = 0; i < 2; i++) Context.ActorOf(Props.Create<Brood>(depth - 1));
            Receive<int>(number =>
            {
                foreach (var child in Context.GetChildren()) child.Tell(number);
                if (number % 7 == depth) throw new InvalidOperationException("restless");
            });
        }
    }
}
