using StyleFarm.Actors.Testing;

namespace StyleFarm.Actors.Tests.World;

public sealed class VirtualTimeTests
{
    readonly DeterministicWorld _world = new(1);

    VirtualTime Time => _world.Time;

    [Fact]
    public void It_stands_still_until_it_is_moved()
    {
        var before = (Time.GetUtcNow(), Time.GetTimestamp());

        Assert.Equal(before, (Time.GetUtcNow(), Time.GetTimestamp()));
        _world.Advance(TimeSpan.FromHours(1));
        Assert.Equal(before.Item1.AddHours(1), Time.GetUtcNow());
        Assert.Equal(TimeSpan.FromHours(1), Time.GetElapsedTime(before.Item2));
    }

    [Fact]
    public void Timers_fire_once_or_often_and_can_be_changed()
    {
        var fired = new List<double>();
        using var once = Time.CreateTimer(_ => fired.Add(Time.Elapsed.TotalSeconds), null, Seconds(1), Timeout.InfiniteTimeSpan);
        using var often = Time.CreateTimer(_ => fired.Add(-Time.Elapsed.TotalSeconds), null, Seconds(2), Seconds(3));

        _world.Advance(Seconds(9));
        Assert.Equal([1, -2, -5, -8], fired);
        often.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        once.Change(Seconds(1), Timeout.InfiniteTimeSpan);
        _world.Advance(Seconds(9));
        Assert.Equal([1, -2, -5, -8, 10], fired);
        once.Dispose();
        Assert.False(once.Change(Seconds(1), Seconds(1)));
        _world.Advance(Seconds(9));
        Assert.Equal(5, fired.Count);
    }

    [Fact]
    public void Random_timers_match_a_sorted_list()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var world = new DeterministicWorld(seed);
            var (fired, expected) = (new List<int>(), new List<(int Due, int Order, int Id)>());
            var timers = new List<ITimer>();
            for (var id = 0; id < 60; id++)
            {
                var (due, number) = (random.Next(1, 30), id);
                timers.Add(world.Time.CreateTimer(_ => fired.Add(number), null, Seconds(due), Timeout.InfiniteTimeSpan));
                expected.Add((due, id, id));
            }
            for (var step = 0; step < 40; step++) Change(random, timers, expected, step);

            world.Advance(Seconds(100));

            Assert.Equal(expected.Order().Select(entry => entry.Id), fired);
        }
    }

    [Fact]
    public void A_delay_ends_at_its_moment()
    {
        var task = Task.Delay(Seconds(5), Time, TestContext.Current.CancellationToken);

        _world.Advance(Seconds(4.999));
        Assert.False(task.IsCompleted);
        _world.Advance(Seconds(0.001));
        Assert.True(task.IsCompletedSuccessfully);
    }

    static void Change(Random random, List<ITimer> timers, List<(int Due, int Order, int Id)> expected, int step)
    {
        var id = random.Next(timers.Count);
        expected.RemoveAll(entry => entry.Id == id);
        if (random.Next(2) == 0)
        {
            timers[id].Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        var due = random.Next(1, 30);
        timers[id].Change(Seconds(due), Timeout.InfiniteTimeSpan);
        expected.Add((due, 1000 + step, id));
    }

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
