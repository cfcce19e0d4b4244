using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.World;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (var seed = 0; seed < 20; seed++) Assert.Equal(Gossip(seed), Gossip(seed));
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        var runs = Enumerable.Range(0, 50).Select(Gossip).ToArray();

        Assert.Equal(50, runs.Select(run => run.Fingerprint).Distinct().Count());
        Assert.Equal(50, runs.Select(run => run.Trace).Distinct().Count());
    }

    /// <summary>
    /// Not of this process only: a seed in a report means the same run tomorrow. A change of the kernel may change the number.
    /// </summary>
    [Fact]
    public void The_same_seed_gives_the_same_run_in_every_process() => Assert.Equal(KnownFingerprint, Gossip(7).Fingerprint);

    [Fact]
    public void Every_order_of_three_turns_is_found()
    {
        var orders = Enumerable.Range(0, 200).Select(seed =>
        {
            var world = new DeterministicWorld(seed);
            var order = "";
            var actors = "abc".Select(name =>
                world.System.ActorOf(Props.Create<Tell>((IActorContext _, object _) => { order += name; }))).ToArray();
            world.RunUntilIdle();
            foreach (var actor in actors) actor.Tell("go");
            world.RunUntilIdle();
            return order;
        });

        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Distinct().Order());
    }

    [Fact]
    public void Chance_for_the_actors_does_not_disturb_the_interleaving()
    {
        var quiet = new DeterministicWorld(3);
        var noisy = new DeterministicWorld(3);
        Start(quiet, []);
        Start(noisy, []);

        while (quiet.RunOne() & noisy.RunOne()) noisy.Random.Next();

        Assert.Equal(quiet.Fingerprint, noisy.Fingerprint);
        Assert.Equal(new DeterministicWorld(3).Random.Next(), quiet.Random.Next());
    }

    const ulong KnownFingerprint = 5892975185438833883;

    static (ulong Fingerprint, string Trace) Gossip(int seed)
    {
        var world = new DeterministicWorld(seed);
        var trace = new List<string>();
        Start(world, trace);
        world.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, world.ForeignPosts);
        return (world.Fingerprint, string.Join('\n', trace));
    }

    /// <summary>Actors that talk, await, pipe, time out and fail.</summary>
    static void Start(DeterministicWorld world, List<string> trace)
    {
        world.Trace = message => trace.Add(message.ToString());
        var gossips = new List<IActorRef>();
        for (var i = 0; i < 5; i++) gossips.Add(world.System.ActorOf(Props.Create<Gossiper>(gossips, world.Time), $"g{i}"));
        foreach (var gossip in gossips) gossip.Tell(8);
    }

    sealed class Gossiper : ReceiveActor, IWithTimers
    {
        public Gossiper(List<IActorRef> others, TimeProvider time)
        {
            Receive<int>(left =>
            {
                if (left == 3) throw new InvalidOperationException("tired");
                foreach (var other in others.Take(2)) other.Tell(left - 1);
                Timers.StartSingleTimer(left, $"late {left}", TimeSpan.FromMilliseconds(left * 10));
            }, left => left > 0);
            ReceiveAsync<string>(async text =>
            {
                if (text.Length == 0) return;
                await Task.Yield();
                await Task.Delay(TimeSpan.FromMilliseconds(3), time);
                _ = PauseAsync(time).PipeTo(Self);
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        static async Task<int> PauseAsync(TimeProvider time)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
            await Task.Yield();
            return 1;
        }
    }
}
