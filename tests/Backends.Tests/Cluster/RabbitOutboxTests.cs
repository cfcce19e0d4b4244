using StyleFarm.Backends.Cluster;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class RabbitOutboxTests
{
    [Fact]
    public void When_it_is_full_the_oldest_that_can_be_spared_makes_room_and_then_the_oldest()
    {
        var outbox = new RabbitOutbox<int>(4, number => number < 0, new RabbitBell());

        foreach (var number in (int[])[1, -2, 3, -4, 5, 6, 7]) outbox.Add(number);

        Assert.Equal([3, 5, 6, 7], All(outbox));
        Assert.Equal(3, outbox.Lost);
    }

    [Fact]
    public void What_is_put_back_goes_first_and_in_order()
    {
        var outbox = new RabbitOutbox<int>(4, _ => false, new RabbitBell());
        outbox.Add(3);

        outbox.PutBack([1, 2]);

        Assert.Equal([1, 2, 3], All(outbox));
    }

    static List<int> All(RabbitOutbox<int> outbox)
    {
        var all = new List<int>();
        while (outbox.TryTake(out var item)) all.Add(item);
        return all;
    }
}
