namespace StyleFarm.Actors.Tests.Mailboxes;

public sealed class MessageQueueTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_operations_match_a_linked_list(bool isLocked)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var capacity = random.Next(1, 20);
            var queue = new MessageQueue(capacity, isLocked ? new Lock() : null);
            var plain = new LinkedList<object>();
            for (var step = 0; step < 500; step++) Step(random, queue, plain, capacity, $"seed {seed} step {step}");
        }
    }

    [Fact]
    public void A_closed_queue_refuses_but_gives_what_is_inside()
    {
        var queue = new MessageQueue(4, null);
        queue.Add(new Envelope("in", null), force: false);
        queue.Close();

        Assert.Equal(Offer.Closed, queue.Add(new Envelope("late", null), force: true));
        Assert.True(queue.TryTake(out var envelope));
        Assert.Equal("in", envelope.Message);
        Assert.False(queue.TryTake(out _));
    }

    static void Step(Random random, MessageQueue queue, LinkedList<object> plain, int capacity, string where)
    {
        object message = random.Next();
        switch (random.Next(5))
        {
            case 0 or 1:
                var force = random.Next(10) == 0;
                var fits = plain.Count < capacity || force;
                Assert.True((queue.Add(new Envelope(message, null), force) == Offer.Accepted) == fits, where);
                if (fits) plain.AddLast(message);
                break;
            case 2:
                queue.PutFirst(new Envelope(message, null));
                plain.AddFirst(message);
                break;
            default:
                var taken = queue.TryTake(out var envelope);
                Assert.True(taken == plain.Count > 0, where);
                if (!taken) break;
                Assert.True(ReferenceEquals(plain.First!.Value, envelope.Message), where);
                plain.RemoveFirst();
                break;
        }
        Assert.True(queue.Count == plain.Count, where);
    }
}
