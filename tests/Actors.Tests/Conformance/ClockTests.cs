namespace StyleFarm.Conformance;

/// <summary>Timers keep to the clock that a system was made with, on either runtime.</summary>
public sealed class ClockTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Timers_ring_when_the_given_clock_says_so()
    {
        var clock = new SteppedClock();
        var system = ActorSystems.Create("clock", clock);
        var sleeper = system.ActorOf(Props.Create<Sleeper>(), "sleeper");
        Assert.Equal("", await sleeper.Ask<string>("what?", Patience, TestContext.Current.CancellationToken));

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("tick", await sleeper.Ask<string>("what?", Patience, TestContext.Current.CancellationToken));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("tick ring scheduled tick", Sorted(await sleeper.Ask<string>("what?", Patience, TestContext.Current.CancellationToken)));
        clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("tick ring scheduled tick tick", Sorted(await sleeper.Ask<string>("what?", Patience, TestContext.Current.CancellationToken)));

        await system.Terminate();
    }

    /// <summary>What is due at one moment comes in no promised order.</summary>
    static string Sorted(string heard) => string.Join(' ', heard.Split(' ').Take(1).Concat(heard.Split(' ').Skip(1).Order(StringComparer.Ordinal)));

    sealed class Sleeper : ReceiveActor, IWithTimers
    {
        readonly List<string> _heard = [];

        public Sleeper()
        {
            Receive<string>(text => text == "what?", _ => Sender.Tell(string.Join(' ', _heard)));
            Receive<string>(_heard.Add);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Timers.StartSingleTimer("ring", "ring", TimeSpan.FromHours(1));
            Timers.StartSingleTimer("never", "never", TimeSpan.FromHours(1));
            Timers.Cancel("never");
            Timers.StartPeriodicTimer("tick", "tick", TimeSpan.FromMinutes(30));
            Context.System.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), Self, "scheduled", Self);
        }
    }
}
