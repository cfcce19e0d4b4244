using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.Systems;

public sealed class CoordinatedShutdownTests
{
    readonly DeterministicWorld _world = new(1);

    CoordinatedShutdown Shutdown => CoordinatedShutdown.Get(_world.System);

    [Fact]
    public void A_phase_that_takes_too_long_does_not_hold_up_the_rest()
    {
        var warnings = _world.CreateProbe();
        _world.System.EventStream.Subscribe<Warning>(warnings.Ref);
        var later = false;
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "hangs", () => new TaskCompletionSource<Done>().Task);
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "later", () =>
        {
            later = true;
            return Task.FromResult(Done.Instance);
        });

        var run = Shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        _world.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(later);
        Assert.Equal("Coordinated shutdown phase [service-unbind] timed out after 00:00:05", warnings.ExpectMsg<Warning>().Message);
        _world.Await(run);

        Assert.True(later);
        Assert.True(_world.System.WhenTerminated.IsCompletedSuccessfully);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, Shutdown.ShutdownReason);
    }

    [Fact]
    public void It_runs_once_whoever_asks()
    {
        var runs = 0;
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "count", () => Task.FromResult(Done.Instance).ContinueWith(
            done =>
            {
                runs++;
                return done.Result;
            }, TaskScheduler.FromCurrentSynchronizationContext()));

        var first = Shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        var second = Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        var third = _world.System.Terminate();
        _world.Await(Task.WhenAll(first, second, third));

        Assert.Equal(1, runs);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, Shutdown.ShutdownReason);
        Assert.Equal(0, _world.ForeignPosts);
    }

    [Fact]
    public void It_may_begin_with_a_later_phase()
    {
        var phases = new List<string>();
        foreach (var phase in new[] { CoordinatedShutdown.PhaseServiceUnbind, CoordinatedShutdown.PhaseServiceStop,
            CoordinatedShutdown.PhaseClusterLeave })
            Shutdown.AddTask(phase, phase, () =>
            {
                phases.Add(phase);
                return Task.FromResult(Done.Instance);
            });

        _world.Await(Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop));

        Assert.Equal(["service-stop", "cluster-leave"], phases);
    }

    [Fact]
    public void A_task_that_fails_is_noted()
    {
        var warnings = _world.CreateProbe();
        _world.System.EventStream.Subscribe<Warning>(warnings.Ref);
        Shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "bad", () => Task.FromException<Done>(new IOException("disk")));

        var run = Shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);

        Assert.Equal("Task [bad] failed in phase [service-stop]: disk", warnings.ExpectMsg<Warning>().Message);
        _world.Await(run);
    }

    [Fact]
    public void Phases_that_do_not_exist_are_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => Shutdown.Timeout("no-such"));

        Assert.StartsWith("Unknown phase [no-such], known phases [before-service-unbind,service-unbind,", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), Shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
    }
}
