using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.World;

public sealed class FreezeTests
{
    [Fact]
    public void A_frozen_system_gets_no_turn_and_after_the_thaw_all_that_came_meanwhile()
    {
        var world = new DeterministicWorld(seed: 1);
        var other = world.CreateSystem("other");
        var (still, awake) = (world.CreateProbe(system: other), world.CreateProbe());
        world.RunUntilIdle();

        DeterministicWorld.Freeze(other);
        foreach (var probe in new[] { still, awake }) probe.Ref.Tell("one", ActorRefs.NoSender);
        other.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), still.Ref, "two", ActorRefs.NoSender);
        world.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["one"], awake.ReceiveAll());
        Assert.Empty(still.ReceiveAll());
        DeterministicWorld.Thaw(other);
        Assert.Equal(["one", "two"], still.ReceiveAll());
    }

    [Fact]
    public void A_frozen_system_that_crashes_never_goes_on()
    {
        var world = new DeterministicWorld(seed: 1);
        var other = world.CreateSystem("other");
        var probe = world.CreateProbe(system: other);
        world.RunUntilIdle();

        DeterministicWorld.Freeze(other);
        probe.Ref.Tell("one", ActorRefs.NoSender);
        world.RunUntilIdle();
        DeterministicWorld.Crash(other);
        DeterministicWorld.Thaw(other);

        Assert.Empty(probe.ReceiveAll());
    }
}
